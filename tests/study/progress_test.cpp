#include "trawl/study/progress.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace trawl {
namespace {

using Direction = ObjectiveDefinition::Direction;

TrialStarted started(TrialNumber number) {
  TrialStarted event;
  event.trial.number = number;
  return event;
}

TrialFinished finished(TrialNumber number, double objective, TrialState state = TrialState::complete) {
  TrialFinished event;
  event.trial = number;
  event.outcome.state = state;
  event.outcome.objective = objective;
  return event;
}

AttemptFailed attempt_failed(TrialNumber number) {
  AttemptFailed event;
  event.trial = number;
  return event;
}

TEST(StudyProgress, CountsFinishedTrialsByState) {
  StudyProgress progress(4, 1, Direction::maximize);
  EXPECT_EQ(progress.n_trials(), 4);
  progress.apply(started(2));
  EXPECT_EQ(progress.n_finished(), 0);
  progress.apply(finished(2, 0.5));
  progress.apply(finished(0, kNan, TrialState::failed));
  progress.apply(finished(3, 0.9, TrialState::pruned));
  EXPECT_EQ(progress.n_complete(), 1);
  EXPECT_EQ(progress.n_failed(), 1);
  EXPECT_EQ(progress.n_pruned(), 1);
  EXPECT_TRUE(progress.is_finished(0));
  EXPECT_FALSE(progress.is_finished(1));
  EXPECT_FALSE(progress.all_finished());
  progress.apply(finished(1, 0.1));
  EXPECT_TRUE(progress.all_finished());
}

TEST(StudyProgress, AttemptsOfUnfinishedTrials) {
  StudyProgress progress(2, 1, Direction::maximize);
  EXPECT_EQ(progress.attempts(1).started, 0);
  progress.apply(started(1));
  progress.apply(attempt_failed(1));
  progress.apply(started(1));  // and the whole run was cut off here
  progress.apply(started(1));
  EXPECT_EQ(progress.attempts(1).started, 3);
  EXPECT_EQ(progress.attempts(1).failed, 1);
  progress.apply(finished(1, 0.5));
  EXPECT_EQ(progress.attempts(1).started, 0);
}

TEST(StudyProgress, OnlyCompleteTrialsRank) {
  StudyProgress progress(3, 1, Direction::maximize);
  progress.apply(finished(0, 0.9, TrialState::pruned));
  progress.apply(finished(1, 0.9, TrialState::failed));
  EXPECT_FALSE(progress.ranking().best().has_value());
  progress.apply(finished(2, 0.1));
  EXPECT_EQ(progress.ranking().best()->trial, 2);
}

TEST(StudyProgress, RanksPointsByRepeats) {
  StudyProgress progress(4, 2, Direction::minimize);
  for (const TrialNumber trial : {3, 0, 2, 1}) progress.apply(finished(trial, trial < 2 ? 0.2 : 0.1));
  EXPECT_EQ(progress.ranking().best()->point, 1);
}

TEST(StudyProgress, OtherEventsChangeNothing) {
  StudyProgress progress(1, 1, Direction::maximize);
  progress.apply(EpochsReported{});
  progress.apply(MessageLogged{});
  progress.apply(WorkerSeen{});
  EXPECT_EQ(progress.n_finished(), 0);
  EXPECT_EQ(progress.attempts(0).started, 0);
}

TEST(StudyProgress, ATrialThatFinishesTwiceIsOurFault) {
  StudyProgress progress(2, 1, Direction::maximize);
  progress.apply(finished(1, 0.5));
  EXPECT_THROW(progress.apply(finished(1, 0.5)), std::logic_error);
  EXPECT_THROW(progress.apply(finished(2, 0.5)), std::logic_error);
  EXPECT_THROW(static_cast<void>(progress.is_finished(-1)), std::logic_error);
}

TEST(StudyProgress, RetriedTrialsWaitWithAllTheirAttempts) {
  StudyProgress progress(3, 1, Direction::maximize);
  progress.apply(attempt_failed(1));
  progress.apply(finished(1, kNan, TrialState::failed));
  progress.apply(finished(0, 0.5));
  EXPECT_TRUE(progress.is_failed(1));
  EXPECT_EQ(progress.to_retry(), std::vector<TrialNumber>{1});
  progress.apply(TrialRetried{1, 0.0});
  EXPECT_FALSE(progress.is_finished(1));
  EXPECT_EQ(progress.n_failed(), 0);
  EXPECT_EQ(progress.n_unfinished(), 2);
  EXPECT_EQ(progress.attempts(1).failed, 0);
  EXPECT_TRUE(progress.to_retry().empty());
  EXPECT_THROW(progress.apply(TrialRetried{1, 0.0}), std::logic_error) << "it waits already";
  progress.apply(finished(1, 0.7));
  EXPECT_EQ(progress.ranking().best()->trial, 1);
  EXPECT_EQ(progress.n_complete(), 2);
}

TEST(StudyProgress, TheFirstRepeatOfAPointIsRetriedWithTheOthers) {
  StudyProgress progress(6, 3, Direction::maximize);
  for (const TrialNumber trial : {0, 2, 3, 4, 5})
    progress.apply(finished(trial, 0.1 * static_cast<double>(trial)));
  progress.apply(finished(1, kNan, TrialState::failed));
  EXPECT_EQ(progress.ranking().best()->point, 1);
  EXPECT_EQ(progress.to_retry(), (std::vector<TrialNumber>{0, 1}));
  for (const TrialNumber trial : progress.to_retry()) progress.apply(TrialRetried{trial, 0.0});
  EXPECT_EQ(progress.n_complete(), 4);
  progress.apply(finished(1, 1.9));
  EXPECT_EQ(progress.ranking().best()->point, 1) << "one repeat is missing";
  progress.apply(finished(0, 0.0));
  EXPECT_EQ(progress.ranking().best()->point, 0) << "0, 1.9 and 0.2";
}

TrialStarted started(TrialNumber number, std::int64_t attempt, std::int64_t until = kToTheEnd) {
  return {{number, number, 0, {}}, attempt, 1, "host", 0.0, until};
}

Leg leg(TrialNumber number, std::int64_t until) { return {{number, number, 0, {}}, 0, until}; }

TEST(StudyProgress, ToGoOnFromAPauseIsNoStartButAfterAnInterruptionItIs) {
  StudyProgress progress(2, 1, Direction::maximize);
  progress.apply(started(0, 1, 2));
  progress.apply(AttemptFailed{0, 1, 0.0, "crash"});
  progress.apply(started(0, 2, 2));
  progress.apply(TrialPaused{0, 2, 2, 0.5, 1.0, 0.0});
  EXPECT_EQ(progress.n_paused(), 1);
  EXPECT_EQ(progress.n_ended_legs(), 1);
  EXPECT_TRUE(progress.attempts(0).paused);
  EXPECT_EQ(progress.attempts(0).failed, 0) << "the next leg has its own";
  progress.apply(started(0, 2));
  EXPECT_EQ(progress.n_paused(), 0);
  EXPECT_EQ(progress.attempts(0).started, 2);
  progress.apply(started(0, 3));
  EXPECT_EQ(progress.attempts(0).started, 3);
  progress.apply(finished(0, 0.9));
  EXPECT_EQ(progress.n_finished(), 1);
  EXPECT_EQ(progress.n_ended_legs(), 2);
}

TEST(StudyProgress, LossesAreCountedApart) {
  StudyProgress progress(1, 1, Direction::maximize);
  progress.apply(started(0, 1));
  progress.apply(AttemptFailed{0, 1, 0.0, "lost", FailureCause::cluster});
  progress.apply(AttemptFailed{0, 2, 0.0, "crash"});
  EXPECT_EQ(progress.attempts(0).lost, 1);
  EXPECT_EQ(progress.attempts(0).failed, 1);
}

TEST(StudyProgress, KnowsTheResultsOfLegs) {
  using Keep = StudyProgress::Keep;
  for (const Keep keep : {Keep::ends, Keep::results}) {
    StudyProgress progress(4, 1, Direction::maximize, {}, keep);
    progress.apply(TrialPaused{0, 1, 2, 0.25, 1.0, 0.0});
    progress.apply(TrialPaused{0, 1, 5, 0.5, 1.0, 0.0});
    EXPECT_EQ(progress.result_of(leg(0, 2))->value, 0.25);
    EXPECT_EQ(progress.result_of(leg(0, 5))->value, 0.5);
    EXPECT_EQ(progress.result_of(leg(0, 5))->state, TrialState::paused);
    EXPECT_FALSE(progress.result_of(leg(0, kToTheEnd)));
    progress.apply(finished(0, 0.75));
    EXPECT_EQ(progress.result_of(leg(0, 2))->value, 0.25) << "as it was then";
    EXPECT_EQ(progress.result_of(leg(0, 9))->value, 0.75) << "it ended before";
    EXPECT_EQ(progress.result_of(leg(0, kToTheEnd))->state, TrialState::complete);
    progress.apply(finished(1, 0.5));
    EXPECT_EQ(progress.result_of(leg(1, 2)).has_value(), keep == Keep::results);
    progress.apply(finished(2, kNan, TrialState::failed));
    if (keep == Keep::ends) continue;
    progress.apply(TrialRetried{2, 0.0});
    EXPECT_FALSE(progress.is_finished(2));
    EXPECT_EQ(progress.result_of(leg(2, 2))->state, TrialState::failed);
    progress.apply(finished(2, 0.9));
    EXPECT_EQ(progress.result_of(leg(2, 2))->state, TrialState::failed) << "decisions were taken by that";
    EXPECT_EQ(progress.n_failed(), 0);
  }
}

}  // namespace
}  // namespace trawl
