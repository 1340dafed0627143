#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "small_halving.hpp"

// Legs in the master, under a plan that decides.

namespace trawl {
namespace {

using namespace testing;

TrialNews paused(TrialNumber trial, std::int64_t until, double value, std::int64_t attempt = 1) {
  TrialOutcome outcome;
  outcome.state = TrialState::paused;
  outcome.objective = value;
  outcome.n_epochs = until;
  return LegDone{trial, attempt, outcome, until};
}

StudyProgress empty_progress(const StudyDefinition& study) {
  return {study.n_trials(), 1, study.objective.direction, {}, StudyProgress::Keep::results};
}

// A master by SmallHalving with some workers, and all that it has decided.
struct Halving {
  explicit Halving(std::int64_t n_trials = 4, int n_workers = 2, std::int64_t max_attempts = 3)
      : study(make_study(n_trials)), sampler(n_trials) {
    study.cluster.max_attempts = max_attempts;
    begin(n_workers);
  }
  void begin(int n_workers) {
    StudyProgress progress = empty_progress(study);
    for (const TrialEvent& event : events) progress.apply(event);
    master.emplace(study, std::make_unique<SmallHalving>(sampler, study.n_trials()), std::move(progress));
    for (int rank = 1; rank <= n_workers; ++rank) master->on_message(rank, Hello{"host", rank, ""}, 0.0);
  }
  Decision say(int rank, std::vector<TrialNews> news, std::int64_t wanted = 0) {
    Decision decision = master->on_message(rank, report(std::move(news), wanted), 1.0);
    note(decision.events);
    return decision;
  }
  std::vector<TrialEvent> lose(int rank) {
    std::vector<TrialEvent> lost = master->on_lost(rank, 1.0, "it is gone");
    note(lost);
    return lost;
  }
  void note(const std::vector<TrialEvent>& more) { events.insert(events.end(), more.begin(), more.end()); }
  /// The only assignment of this answer.
  Assignment next(int rank, std::vector<TrialNews> news = {}) {
    const std::vector<Assignment> all = assignments(say(rank, std::move(news), 1));
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? Assignment{} : all[0];
  }
  /// Trains all four to the first rung, trial i with the value of i.
  void fill_first_rung(const std::vector<double>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) next(1);
    for (std::size_t i = 0; i < values.size(); ++i)
      say(1, {paused(static_cast<TrialNumber>(i), 2, values[i])});
  }
  StudyDefinition study;
  IndexSampler sampler;
  std::vector<TrialEvent> events;
  std::optional<Master> master;
};

TEST(Legs, TheBestOfARungGoOnFromWhereTheyWere) {
  Halving cluster;
  cluster.fill_first_rung({0.1, 0.4, 0.3, 0.2});
  EXPECT_EQ(cluster.master->progress().n_paused(), 4);
  EXPECT_EQ(cluster.master->progress().n_finished(), 0);
  const Assignment leg = cluster.next(2);
  EXPECT_EQ(leg.trial.number, 1);
  EXPECT_EQ(leg.trial.parameters, (Parameters{{"index", std::int64_t{1}}}));
  EXPECT_EQ(leg.from_epoch, 2);
  EXPECT_EQ(leg.until_epoch, 5);
  EXPECT_EQ(leg.attempt, 1) << "to go on is no new start";
  EXPECT_EQ(cluster.next(1).trial.number, 2);
  EXPECT_TRUE(assignments(cluster.say(1, {}, 1)).empty()) << "the next one is not decided yet";
  cluster.say(2, {paused(1, 5, 0.5)});
  const Assignment last = cluster.next(1, {paused(2, 5, 0.6)});
  EXPECT_EQ(last.trial.number, 2);
  EXPECT_EQ(last.until_epoch, kToTheEnd);
  EXPECT_FALSE(cluster.master->is_complete());
  EXPECT_TRUE(is_stop(cluster.say(1, {done(2, 0.7)}, 1)));
  EXPECT_TRUE(cluster.master->is_complete());
  EXPECT_FALSE(cluster.master->progress().all_finished());
  EXPECT_EQ(cluster.master->progress().n_paused(), 3);
  EXPECT_EQ(cluster.master->progress().ranking().best()->trial, 2);
}

TEST(Legs, StartsAndPausesAreEvents) {
  Halving cluster;
  cluster.next(1);
  const auto started = events_of<TrialStarted>(cluster.events);
  EXPECT_EQ(started.at(0).until_epoch, 2);
  cluster.say(1, {paused(0, 2, 0.25)});
  const auto pauses = events_of<TrialPaused>(cluster.events);
  ASSERT_EQ(pauses.size(), 1U);
  EXPECT_EQ(pauses[0].epoch, 2);
  EXPECT_EQ(pauses[0].value, 0.25);
}

TEST(Legs, ATrialThatEndsEarlyKeepsItsPlaceWithoutALeg) {
  Halving cluster;
  for (int i = 0; i < 4; ++i) cluster.next(1);
  LegDone early = done(3, 0.9);
  early.until_epoch = 2;
  cluster.say(1, {early, paused(0, 2, 0.1), paused(1, 2, 0.2), paused(2, 2, 0.3)});
  EXPECT_EQ(cluster.next(1).trial.number, 2);
  cluster.say(1, {paused(2, 5, 0.4)});
  EXPECT_TRUE(cluster.master->is_complete()) << "trial 3 has the best value at the next rung too";
}

TEST(Legs, WhatComesTwiceOrOfAnotherLegDoesNotCount) {
  Halving cluster;
  cluster.fill_first_rung({0.1, 0.4, 0.3, 0.2});
  EXPECT_TRUE(cluster.say(1, {paused(1, 2, 0.4)}).events.empty());
  cluster.next(1);
  EXPECT_TRUE(cluster.say(1, {paused(1, 2, 0.4)}).events.empty()) << "the same attempt, an earlier leg";
  EXPECT_TRUE(cluster.say(1, {LegFailed{1, 1, "crash", 2}}).events.empty());
  EXPECT_EQ(cluster.say(1, {paused(1, 5, 0.5)}).events.size(), 1U);
}

TEST(Legs, ALateResultOfALostWorkerCountsForItsLegOnly) {
  Halving cluster(4, 3);
  cluster.next(1);
  cluster.lose(1);
  const Assignment again = cluster.next(2);
  EXPECT_EQ(again.trial.number, 0);
  EXPECT_EQ(again.attempt, 2);
  for (int i = 1; i < 4; ++i) cluster.next(3);
  cluster.say(1, {paused(0, 2, 0.9)});
  EXPECT_EQ(events_of<TrialPaused>(cluster.events).size(), 1U);
  EXPECT_TRUE(cluster.say(2, {paused(0, 2, 0.9, 2)}).events.empty()) << "it has one already";
  cluster.say(3, {paused(1, 2, 0.1), paused(2, 2, 0.2), paused(3, 2, 0.3)});
  const Assignment on = cluster.next(2);
  EXPECT_EQ(on.trial.number, 0);
  EXPECT_EQ(on.attempt, 2);
  EXPECT_TRUE(cluster.say(1, {paused(0, 2, 0.9)}).events.empty()) << "its leg is over";
}

TEST(Legs, LossesNeverFailATrialButStopTheSearch) {
  Halving cluster(4, 8, 3);
  cluster.fill_first_rung({0.1, 0.4, 0.3, 0.2});
  for (int rank = 2; rank <= 3; ++rank) {
    EXPECT_EQ(cluster.next(rank).trial.number, 1);
    cluster.lose(rank);
    EXPECT_FALSE(cluster.master->stopping());
  }
  EXPECT_EQ(cluster.next(4).attempt, 3);
  const auto messages = events_of<MessageLogged>(cluster.lose(4));
  EXPECT_TRUE(cluster.master->stopping());
  EXPECT_FALSE(cluster.master->gave_up());
  EXPECT_TRUE(events_of<TrialFinished>(cluster.events).empty());
  EXPECT_NE(messages.back().text.find("trial 1, epochs 2 to 4: lost 3 times"), std::string::npos)
      << messages.back().text;
  EXPECT_TRUE(is_stop(cluster.say(1, {}, 1)));

  cluster.begin(3);
  EXPECT_FALSE(cluster.master->is_complete());
  const Assignment again = cluster.next(1);
  EXPECT_EQ(again.trial.number, 1);
  EXPECT_EQ(again.from_epoch, 2);
  cluster.lose(1);
  EXPECT_FALSE(cluster.master->stopping()) << "each run has its own attempts";
}

TEST(Legs, AProcessThatIsEndedFromOutsideIsALoss) {
  Halving cluster(4, 2, 2);
  cluster.next(1);
  cluster.say(1, {LegFailed{0, 1, "SIGTERM", 2, FailureCause::cluster}});
  EXPECT_EQ(cluster.next(1).attempt, 2);
  cluster.say(1, {LegFailed{0, 2, "SIGTERM", 2, FailureCause::cluster}});
  EXPECT_TRUE(cluster.master->stopping());
  EXPECT_EQ(cluster.master->progress().n_failed(), 0);
}

TEST(Legs, ATrialsOwnCrashesFailItLossesBetweenThemOrNot) {
  Halving cluster(4, 8, 2);
  for (int i = 0; i < 4; ++i) cluster.next(1);
  cluster.say(1, {paused(1, 2, 0.1), paused(2, 2, 0.2), paused(3, 2, 0.3)});
  cluster.say(1, {LegFailed{0, 1, "crash", 2}});
  EXPECT_EQ(cluster.next(2).attempt, 2);
  cluster.lose(2);
  EXPECT_EQ(cluster.next(3).attempt, 3);
  cluster.say(3, {LegFailed{0, 3, "crash", 2}});
  EXPECT_EQ(cluster.master->progress().n_failed(), 1);
  EXPECT_EQ(cluster.next(3).trial.number, 2);
  EXPECT_EQ(cluster.next(3).trial.number, 3) << "the failed one has lost its place";
}

TEST(Legs, FailuresAreCountedByTheLeg) {
  Halving cluster(4, 2, 2);
  cluster.next(1);
  cluster.say(1, {LegFailed{0, 1, "crash", 2}});
  EXPECT_EQ(cluster.next(1).attempt, 2);
  cluster.say(1, {paused(0, 2, 0.9, 2)});
  for (int i = 1; i < 4; ++i) cluster.next(2);
  cluster.say(2, {paused(1, 2, 0.1), paused(2, 2, 0.2), paused(3, 2, 0.3)});
  EXPECT_EQ(cluster.next(1).attempt, 2);
  cluster.say(1, {LegFailed{0, 2, "crash", 5}});
  EXPECT_EQ(cluster.master->progress().n_failed(), 0) << "the first crash was another leg's";
  EXPECT_EQ(cluster.next(1).attempt, 3);
}

TEST(Legs, ARunGoesOnWhereTheLastOneStoppedWithTheSameDecisions) {
  Halving cluster;
  cluster.fill_first_rung({0.1, 0.4, 0.3, 0.2});
  EXPECT_EQ(cluster.next(1).trial.number, 1);
  cluster.begin(2);
  EXPECT_EQ(cluster.master->progress().n_paused(), 3);
  const Assignment again = cluster.next(1);
  EXPECT_EQ(again.trial.number, 1);
  EXPECT_EQ(again.from_epoch, 2);
  EXPECT_EQ(again.attempt, 2) << "its start was cut off";
  EXPECT_EQ(cluster.next(2).trial.number, 2);
  cluster.say(1, {paused(1, 5, 0.8, 2)});
  cluster.say(2, {paused(2, 5, 0.7)});
  cluster.next(1);
  cluster.say(1, {done(1, 0.9, 2)});
  cluster.begin(2);
  EXPECT_TRUE(cluster.master->is_complete()) << "all is known";
  EXPECT_TRUE(is_stop(cluster.say(1, {}, 1)));
}

TEST(Legs, AFailureThatIsTriedAgainStaysInTheDecisions) {
  Halving cluster(4, 2, 1);
  for (int i = 0; i < 4; ++i) cluster.next(1);
  cluster.say(1, {LegFailed{3, 1, "crash", 2}, paused(0, 2, 0.1), paused(1, 2, 0.2), paused(2, 2, 0.3)});
  for (int i = 0; i < 2; ++i) cluster.next(1);
  cluster.say(1, {paused(1, 5, 0.4), paused(2, 5, 0.5)});
  cluster.next(1);
  cluster.say(1, {done(2, 0.6)});
  ASSERT_TRUE(cluster.master->is_complete());
  cluster.note({TrialRetried{3, 2.0}});
  cluster.begin(1);
  EXPECT_FALSE(cluster.master->is_complete());
  const Assignment again = cluster.next(1);
  EXPECT_EQ(again.trial.number, 3);
  EXPECT_EQ(again.from_epoch, 0);
  EXPECT_EQ(again.until_epoch, kToTheEnd) << "no decision waits for it";
  EXPECT_TRUE(is_stop(cluster.say(1, {done(3, 0.9)}, 1)));
  EXPECT_EQ(cluster.master->progress().ranking().best()->trial, 3);
  cluster.begin(1);
  EXPECT_TRUE(cluster.master->is_complete()) << "the others are not promoted anew";
}

TEST(Legs, ASearchInWhichATrialWasPausedIsNotGivenUp) {
  Halving cluster(8, 1, 1);
  cluster.study.cluster.give_up_after = 2;
  cluster.begin(1);
  for (int i = 0; i < 3; ++i) cluster.next(1);
  cluster.say(1, {paused(0, 2, 0.1), LegFailed{1, 1, "crash", 2}, LegFailed{2, 1, "crash", 2}});
  EXPECT_FALSE(cluster.master->gave_up());
  cluster.begin(1);
  for (int i = 0; i < 2; ++i) cluster.next(1);
  cluster.say(1, {LegFailed{3, 1, "crash", 2}, LegFailed{4, 1, "crash", 2}});
  EXPECT_FALSE(cluster.master->gave_up());
}

TEST(Legs, APauseOnTheWayToTheEndIsAFailure) {
  Halving cluster;
  cluster.fill_first_rung({0.1, 0.4, 0.3, 0.2});
  for (int i = 0; i < 2; ++i) cluster.next(1);
  cluster.say(1, {paused(1, 5, 0.5), paused(2, 5, 0.6)});
  EXPECT_EQ(cluster.next(1).until_epoch, kToTheEnd);
  const Decision decision = cluster.say(1, {paused(2, kToTheEnd, 0.6)});
  EXPECT_EQ(events_of<AttemptFailed>(decision.events).size(), 1U);
  EXPECT_FALSE(cluster.master->is_complete());
}

TEST(Legs, TheLastOnesAreSharedAmongTheWorkers) {
  Halving cluster(40, 2);
  EXPECT_EQ(assignments(cluster.say(1, {}, 64)).size(), 10U) << "40 ready, 2 workers: a quarter";
}

}  // namespace
}  // namespace trawl
