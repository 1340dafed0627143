#include "trawl/cluster/master.hpp"

#include <gtest/gtest.h>

#include "fixtures.hpp"

namespace trawl {
namespace {

using namespace testing;

// A master with some workers that have said Hello.
struct Cluster {
  explicit Cluster(StudyDefinition definition, int n_workers = 2)
      : study(std::move(definition)),
        sampler(study.search.n_points),
        master(study, sampler, fresh_progress(study)) {
    for (int rank = 1; rank <= n_workers; ++rank) master.on_message(rank, Hello{"host", rank, ""}, 0.0);
  }
  Decision say(int rank, std::vector<TrialNews> news, std::int64_t wanted) {
    return master.on_message(rank, report(std::move(news), wanted), 1.0);
  }
  StudyDefinition study;
  IndexSampler sampler;
  Master master;
};

TEST(Master, HandsOutEveryTrialOnceInOrder) {
  Cluster cluster(make_study(5));
  for (TrialNumber expected = 0; expected < 5; ++expected) {
    const Decision decision = cluster.say(1 + static_cast<int>(expected % 2), {}, 1);
    ASSERT_EQ(assignments(decision).size(), 1U);
    EXPECT_EQ(assignments(decision)[0].trial.number, expected);
    EXPECT_EQ(assignments(decision)[0].trial.parameters, (Parameters{{"index", expected}}));
  }
  EXPECT_TRUE(assignments(cluster.say(1, {}, 1)).empty());
}

TEST(Master, AStartIsAnEventBeforeItIsAnAnswer) {
  Cluster cluster(make_study(1));
  const auto started = events_of<TrialStarted>(cluster.say(1, {}, 1).events);
  ASSERT_EQ(started.size(), 1U);
  EXPECT_EQ(started[0].attempt, 1);
  EXPECT_EQ(started[0].rank, 1);
  EXPECT_EQ(started[0].host, "host");
}

TEST(Master, NumbersTrialsByPointAndRepeat) {
  Cluster cluster(make_study(2, 3));
  for (int i = 0; i < 6; ++i) {
    const Trial trial = assignments(cluster.say(1, {}, 1)).at(0).trial;
    EXPECT_EQ(trial.point, i / 3);
    EXPECT_EQ(trial.repeat, i % 3);
  }
}

TEST(Master, StopsEveryoneWhenAllTrialsAreFinished) {
  Cluster cluster(make_study(1));
  cluster.say(1, {}, 1);
  EXPECT_FALSE(is_stop(cluster.say(2, {}, 1))) << "an idle worker stays: the trial may fail and need it";
  EXPECT_TRUE(is_stop(cluster.say(1, {done(0, 0.9)}, 1)));
  EXPECT_TRUE(is_stop(cluster.say(2, {}, 1)));
  EXPECT_TRUE(cluster.master.progress().all_finished());
}

TEST(Master, RetriesAFailedAttemptAndThenGivesUp) {
  StudyDefinition study = make_study(1);
  study.cluster.max_attempts = 2;
  Cluster cluster(study);
  cluster.say(1, {}, 1);
  const Decision retried = cluster.say(1, {LegFailed{0, 1, "segmentation fault"}}, 1);
  EXPECT_EQ(events_of<AttemptFailed>(retried.events).at(0).reason, "segmentation fault");
  ASSERT_EQ(assignments(retried).size(), 1U);
  EXPECT_EQ(assignments(retried)[0].attempt, 2);
  const Decision given_up = cluster.say(1, {LegFailed{0, 2, "again"}}, 1);
  const auto finished = events_of<TrialFinished>(given_up.events);
  ASSERT_EQ(finished.size(), 1U);
  EXPECT_EQ(finished[0].outcome.state, TrialState::failed);
  EXPECT_EQ(finished[0].outcome.error, "again");
  EXPECT_TRUE(is_stop(given_up));
}

TEST(Master, ATrialWithALossThatIsNotFiniteIsNotRetried) {
  Cluster cluster(make_study(1));
  cluster.say(1, {}, 1);
  LegDone failed = done(0, kNan);
  failed.outcome.state = TrialState::failed;
  failed.outcome.error = "the loss is nan";
  cluster.say(1, {failed}, 1);
  EXPECT_EQ(cluster.master.progress().n_failed(), 1);
  EXPECT_FALSE(cluster.master.progress().ranking().best());
}

TEST(Master, IgnoresNewsOfTrialsThatTheRankDoesNotRun) {
  Cluster cluster(make_study(2));
  cluster.say(1, {}, 1);
  EXPECT_TRUE(cluster.say(2, {done(0, 0.9)}, 0).events.empty());
  EXPECT_TRUE(cluster.say(1, {done(0, 0.9, 7)}, 0).events.empty());
  EXPECT_EQ(cluster.say(1, {done(0, 0.9)}, 0).events.size(), 1U);
  EXPECT_TRUE(cluster.say(1, {done(0, 0.5)}, 0).events.empty()) << "counted once";
}

TEST(Master, KeepsWeightsOnlyOfTrialsThatMayBeTheBest) {
  Cluster cluster(make_study(4));
  for (int i = 0; i < 4; ++i) cluster.say(1, {}, 1);
  const auto finished = [&](TrialNumber trial, double objective) {
    return events_of<TrialFinished>(cluster.say(1, {done(trial, objective)}, 0).events).at(0);
  };
  EXPECT_FALSE(finished(2, 0.8).outcome.weights.empty());
  EXPECT_TRUE(finished(1, 0.7).outcome.weights.empty());
  EXPECT_FALSE(finished(0, 0.8).outcome.weights.empty()) << "a tie goes to the lower number";
  EXPECT_EQ(cluster.master.progress().ranking().best()->trial, 0);
}

TEST(Master, WithRepeatsEveryFirstRepeatKeepsItsWeights) {
  Cluster cluster(make_study(2, 2));
  for (int i = 0; i < 4; ++i) cluster.say(1, {}, 1);
  const Decision decision = cluster.say(1, {done(0, 0.9), done(1, 0.1), done(2, 0.6), done(3, 0.6)}, 0);
  const auto finished = events_of<TrialFinished>(decision.events);
  EXPECT_FALSE(finished[0].outcome.weights.empty());
  EXPECT_TRUE(finished[1].outcome.weights.empty());
  EXPECT_FALSE(finished[2].outcome.weights.empty()) << "0.6 twice is better than 0.9 and 0.1";
  EXPECT_EQ(cluster.master.progress().ranking().best()->trial, 2);
}

TEST(Master, CarriesOnWhereAnEarlierRunStopped) {
  const StudyDefinition study = make_study(4);
  StudyProgress progress = fresh_progress(study);
  progress.apply(TrialStarted{{1, 1, 0, {}}, 1, 1, "host", 0.0});
  progress.apply(AttemptFailed{1, 1, 0.0, "crash"});
  progress.apply(TrialStarted{{1, 1, 0, {}}, 2, 1, "host", 0.0});
  progress.apply(TrialFinished{0, 1, 0.0, done(0, 0.5).outcome});
  const IndexSampler sampler(4);
  Master master(study, sampler, progress);
  master.on_message(1, Hello{"host", 1, ""}, 0.0);
  const auto first = assignments(master.on_message(1, report({}, 1), 0.0)).at(0);
  EXPECT_EQ(first.trial.number, 1);
  EXPECT_EQ(first.attempt, 3) << "the start that was cut off counts as a start";
  EXPECT_EQ(first.weights_rule.best_so_far, 0.5);
  master.on_message(1, report({LegFailed{1, 3, "crash"}}, 0), 0.0);
  EXPECT_EQ(master.progress().attempts(1).failed, 2) << "but not as a failure";
}

TEST(Master, ShortTrialsAreHandedOutSeveralAtOnceButNotInTheTail) {
  Cluster cluster(make_study(20));
  EXPECT_EQ(assignments(cluster.say(1, {}, 64)).size(), 5U) << "20 waiting, 2 workers: a quarter";
  EXPECT_EQ(assignments(cluster.say(2, {}, 2)).size(), 2U);
  for (int i = 0; i < 10; ++i) cluster.say(1, {}, 1);
  EXPECT_EQ(assignments(cluster.say(1, {}, 64)).size(), 1U);
}

TEST(Master, AStopRequestOfAnyRankStopsAll) {
  Cluster cluster(make_study(5));
  cluster.say(1, {}, 1);
  Report signalled = report({}, 1);
  signalled.stop_requested = true;
  EXPECT_TRUE(is_stop(cluster.master.on_message(2, signalled, 0.0)));
  const Decision last = cluster.say(1, {done(0, 0.9)}, 1);
  EXPECT_TRUE(is_stop(last));
  EXPECT_EQ(events_of<TrialFinished>(last.events).size(), 1U) << "what is finished counts";
  cluster.master.on_message(1, Goodbye{}, 0.0);
  cluster.master.on_message(2, Goodbye{}, 0.0);
  EXPECT_EQ(cluster.master.n_workers(), 0);
}

TEST(Master, GivesTheRowsOfWorkersThatChanged) {
  Cluster cluster(make_study(3));
  EXPECT_EQ(cluster.master.worker_rows().size(), 2U);
  EXPECT_TRUE(cluster.master.worker_rows().empty());
  cluster.say(1, {}, 1);
  Report busy = report({done(0, 0.5)}, 0);
  busy.busy_seconds = 2.0;
  cluster.master.on_message(1, busy, 0.0);
  const auto rows = events_of<WorkerSeen>(cluster.master.worker_rows());
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].trials, 1);
  EXPECT_EQ(rows[0].busy_seconds, 2.0);
}

}  // namespace
}  // namespace trawl
