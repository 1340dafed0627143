#include <gtest/gtest.h>

#include "fixtures.hpp"

namespace trawl {
namespace {

using namespace testing;

constexpr double kTimeout = 10.0;

// A master whose workers have said Hello, and a clock.
struct LeasedCluster {
  explicit LeasedCluster(std::int64_t n_points, std::int64_t max_attempts = 3, int n_workers = 2)
      : study(make_study(n_points)),
        sampler(n_points),
        master(with(study, max_attempts), sampler, fresh_progress(study)) {
    for (int rank = 1; rank <= n_workers; ++rank) master.on_message(rank, Hello{"host", rank, ""}, now);
    master.on_tick(now);
  }
  static const StudyDefinition& with(StudyDefinition& study, std::int64_t max_attempts) {
    study.cluster.max_attempts = max_attempts;
    study.cluster.heartbeat_timeout = kTimeout;
    return study;
  }
  Decision say(int rank, std::vector<TrialNews> news = {}, std::int64_t wanted = 0) {
    return master.on_message(rank, report(std::move(news), wanted), now);
  }
  // So many seconds, in which only these ranks beat.
  std::vector<TrialEvent> pass(int seconds, const std::vector<int>& beating) {
    std::vector<TrialEvent> all;
    for (int i = 0; i < seconds; ++i) {
      now += 1.0;
      for (const int rank : beating) say(rank);
      for (TrialEvent& event : master.on_tick(now)) all.push_back(std::move(event));
    }
    return all;
  }
  double now = 1000.0;
  StudyDefinition study;
  IndexSampler sampler;
  Master master;
};

TrialNews epoch(TrialNumber trial, std::int64_t attempt, std::int64_t number) {
  EpochRecord record;
  record.epoch = number;
  return EpochsReported{trial, attempt, {record}};
}

TEST(Leases, ASilentWorkerIsLostAndItsTrialIsTriedElsewhere) {
  LeasedCluster cluster(1);
  cluster.say(1, {}, 1);
  EXPECT_TRUE(cluster.pass(10, {2}).empty());
  const auto events = cluster.pass(1, {2});
  const auto failed = events_of<AttemptFailed>(events);
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].reason, "its worker (rank 1 on host) is lost: it was silent for 10 s");
  const auto rows = events_of<WorkerSeen>(events);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].lost_at, cluster.now);
  EXPECT_EQ(events_of<MessageLogged>(events).size(), 1U);
  EXPECT_EQ(cluster.master.n_lost(), 1);
  EXPECT_EQ(cluster.master.n_workers(), 1);
  const auto retried = assignments(cluster.say(2, {}, 1));
  ASSERT_EQ(retried.size(), 1U);
  EXPECT_EQ(retried[0].attempt, 2);
  EXPECT_TRUE(cluster.pass(30, {2}).empty()) << "it is lost once";
}

TEST(Leases, AWorkerThatLeavesIsLostAndItsTrialGoesElsewhereWithNothingAgainstIt) {
  LeasedCluster cluster(2, 1);
  cluster.say(1, {}, 1);
  const Decision decision = cluster.master.on_message(1, Leaving{"the file system hangs", {}}, cluster.now);
  EXPECT_FALSE(decision.reply);
  EXPECT_TRUE(events_of<AttemptFailed>(decision.events).empty());
  EXPECT_TRUE(events_of<TrialFinished>(decision.events).empty()) << "of one attempt at most none is gone";
  const auto messages = events_of<MessageLogged>(decision.events);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].text, "the worker of rank 1 on host is lost: the file system hangs");
  EXPECT_EQ(cluster.master.n_lost(), 1);
  EXPECT_FALSE(cluster.say(1, {}, 1).reply);
  const auto again = assignments(cluster.say(2, {}, 1));
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].trial.number, 0);
  EXPECT_EQ(again[0].attempt, 2);
}

TEST(Leases, WhatALeavingWorkerHasFinishedCounts) {
  LeasedCluster cluster(2);
  cluster.say(1, {}, 1);
  const auto leaving = Leaving{"the file system hangs", {epoch(0, 1, 0), done(0, 0.5)}};
  const Decision decision = cluster.master.on_message(1, leaving, cluster.now);
  EXPECT_EQ(events_of<EpochsReported>(decision.events).size(), 1U);
  EXPECT_EQ(events_of<TrialFinished>(decision.events).size(), 1U);
  EXPECT_EQ(assignments(cluster.say(2, {}, 1)).at(0).trial.number, 1);
}

TEST(Leases, AWorkerThatBeatsKeepsItsTrial) {
  LeasedCluster cluster(1);
  cluster.say(1, {}, 1);
  EXPECT_TRUE(cluster.pass(100, {1, 2}).empty());
}

TEST(Leases, ALostWorkerIsNeverAnswered) {
  LeasedCluster cluster(2);
  cluster.say(1, {}, 1);
  cluster.pass(11, {2});
  EXPECT_FALSE(cluster.say(1, {}, 1).reply);
  EXPECT_FALSE(cluster.say(1, {done(0, 0.5)}, 1).reply);
  EXPECT_FALSE(cluster.master.on_message(1, Hello{"host", 1, ""}, cluster.now).reply);
  EXPECT_FALSE(cluster.master.on_message(1, Goodbye{}, cluster.now).reply);
  cluster.master.on_stop();
  EXPECT_FALSE(cluster.say(1, {}, 1).reply) << "not even Stop";
  EXPECT_EQ(cluster.master.n_workers(), 1);
}

TEST(Leases, AttemptsThatWorkersTookWithThemCount) {
  LeasedCluster cluster(1, 2, 3);
  cluster.say(1, {}, 1);
  cluster.pass(11, {2, 3});
  cluster.say(2, {}, 1);
  const auto finished = events_of<TrialFinished>(cluster.pass(11, {3}));
  ASSERT_EQ(finished.size(), 1U);
  EXPECT_EQ(finished[0].outcome.state, TrialState::failed);
  EXPECT_EQ(finished[0].outcome.error, "its worker (rank 2 on host) is lost: it was silent for 10 s");
  EXPECT_TRUE(is_stop(cluster.say(3, {}, 1)));
}

TEST(Leases, ALateResultIsTakenWhileItsTrialWaits) {
  LeasedCluster cluster(2);
  cluster.say(1, {}, 1);
  cluster.pass(11, {2});
  const Decision late = cluster.say(1, {epoch(0, 1, 0), done(0, 0.5)});
  EXPECT_EQ(events_of<EpochsReported>(late.events).size(), 1U);
  EXPECT_EQ(events_of<TrialFinished>(late.events).size(), 1U);
  EXPECT_TRUE(cluster.say(1, {done(0, 0.5)}).events.empty()) << "once";
  EXPECT_EQ(assignments(cluster.say(2, {}, 1)).at(0).trial.number, 1) << "trial 0 waits no more";
}

TEST(Leases, TheFirstResultCountsWhereTwoTrainATrial) {
  LeasedCluster cluster(1);
  cluster.say(1, {}, 1);
  cluster.pass(11, {2});
  EXPECT_EQ(assignments(cluster.say(2, {epoch(0, 2, 0)}, 1)).at(0).attempt, 2);
  const Decision late = cluster.say(1, {epoch(0, 1, 0), done(0, 0.5)});
  EXPECT_EQ(events_of<TrialFinished>(late.events).size(), 1U);
  const Decision second = cluster.say(2, {epoch(0, 2, 1), done(0, 0.5, 2)}, 1);
  EXPECT_TRUE(second.events.empty());
  EXPECT_TRUE(is_stop(second));

  LeasedCluster other(1);
  other.say(1, {}, 1);
  other.pass(11, {2});
  other.say(2, {}, 1);
  EXPECT_EQ(events_of<TrialFinished>(other.say(2, {done(0, 0.5, 2)}).events).size(), 1U);
  EXPECT_TRUE(other.say(1, {epoch(0, 1, 0), done(0, 0.5)}).events.empty());
}

TEST(Leases, OfALostWorkerOnlyWholeResultsCount) {
  LeasedCluster cluster(2);
  cluster.say(1, {}, 1);
  cluster.pass(11, {2});
  EXPECT_TRUE(cluster.say(1, {epoch(0, 1, 3)}).events.empty());
  EXPECT_TRUE(cluster.say(1, {LegFailed{0, 1, "crashed"}}).events.empty()) << "it has failed already";
  EXPECT_TRUE(cluster.say(1, {done(1, 0.5)}).events.empty()) << "a trial it never held";
}

TEST(Leases, OfSeveralFirstAttemptsNoneIsBlamedAndEachGoesAloneThen) {
  LeasedCluster cluster(20, 3, 3);
  ASSERT_EQ(assignments(cluster.say(1, {}, 3)).size(), 3U);
  cluster.say(1, {done(0, 0.5)});
  // Which of 1 and 2 was being trained cannot be told: the end of 1 may not have been reported yet.
  EXPECT_TRUE(events_of<AttemptFailed>(cluster.pass(11, {2, 3})).empty());
  const auto first = assignments(cluster.say(2, {}, 5));
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].trial.number, 1);
  EXPECT_EQ(first[0].attempt, 2);
  EXPECT_TRUE(assignments(cluster.say(2, {}, 5)).empty()) << "not behind another";
  const auto second = assignments(cluster.say(2, {done(1, 0.5, 2)}, 5));
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].trial.number, 2);
  const auto others = assignments(cluster.say(2, {}, 5));
  EXPECT_GT(others.size(), 1U) << "nothing waits to go alone any more";
  const auto failed = events_of<AttemptFailed>(cluster.pass(11, {3}));
  ASSERT_EQ(failed.size(), 1U) << "the one that was alone";
  EXPECT_EQ(failed[0].trial, 2);
}

TEST(Leases, AWorkerThatIsGoneIsLostAtOnceAndOnlyOnce) {
  LeasedCluster cluster(1);
  cluster.say(1, {}, 1);
  const auto events = cluster.master.on_lost(1, cluster.now, "its process, 17, has ended");
  EXPECT_EQ(events_of<AttemptFailed>(events).at(0).reason,
            "its worker (rank 1 on host) is lost: its process, 17, has ended");
  EXPECT_TRUE(cluster.master.on_lost(1, cluster.now, "again").empty());
  cluster.master.on_message(2, Goodbye{}, cluster.now);
  EXPECT_TRUE(cluster.master.on_lost(2, cluster.now, "it has left").empty());
  EXPECT_EQ(cluster.master.n_lost(), 1);
}

TEST(Leases, WhoIsToldToStopMayBeSilent) {
  LeasedCluster cluster(1);
  cluster.say(1, {}, 1);
  cluster.master.on_stop();
  EXPECT_TRUE(cluster.pass(30, {}).empty());
}

TEST(Leases, TheEndOfTheWholeRunCostsNoAttempt) {
  LeasedCluster cluster(1);
  cluster.say(1, {}, 1);
  cluster.master.on_stop();
  const auto events = cluster.master.on_lost(1, cluster.now, "its process, 17, has ended");
  EXPECT_TRUE(events_of<AttemptFailed>(events).empty());
  EXPECT_EQ(cluster.master.n_lost(), 1);
  EXPECT_EQ(cluster.master.n_running(), 0);
}

TEST(Leases, AWorkerThatNeverSaysHelloIsLostToo) {
  LeasedCluster cluster(1, 3, 0);
  cluster.master.expect_workers(2);
  cluster.master.on_message(1, Hello{"host", 1, ""}, cluster.now);
  const auto events = cluster.pass(11, {1});
  EXPECT_EQ(events_of<WorkerSeen>(events).at(0).rank, 2);
  EXPECT_FALSE(cluster.master.on_message(2, Hello{"host", 2, ""}, cluster.now).reply);
  EXPECT_EQ(cluster.master.n_workers(), 1);
}

TEST(Leases, ThePausesOfTheMasterAreNotHeldAgainstTheWorkers) {
  LeasedCluster cluster(1);
  cluster.say(1, {}, 1);
  cluster.now += 1000.0;  // it was stopped, stored on a slow disk, or the clock was set
  EXPECT_TRUE(cluster.master.on_tick(cluster.now).empty());
  cluster.now -= 5000.0;
  EXPECT_TRUE(cluster.master.on_tick(cluster.now).empty());
  EXPECT_EQ(events_of<AttemptFailed>(cluster.pass(11, {2})).size(), 1U);
}

// It beats between two updates, so what does not beat has died or hangs, on whatever node.
TEST(Leases, HoldWhereTheRankItselfTrainsToo) {
  StudyDefinition study = make_study(1);
  study.cluster.isolation = ClusterDefinition::Isolation::none;
  study.cluster.heartbeat_timeout = kTimeout;
  const IndexSampler sampler(1);
  Master master(study, sampler, fresh_progress(study));
  master.on_message(1, Hello{"elsewhere", 1, ""}, 0.0);
  master.on_message(1, report({}, 1), 0.0);
  int second = 0;
  for (; second < 100; ++second) {
    master.on_message(1, report({}, 0), second);
    EXPECT_TRUE(master.on_tick(second).empty());
  }
  std::size_t n_failed = 0;
  for (; second < 100 + 2 * kTimeout; ++second)
    n_failed += events_of<AttemptFailed>(master.on_tick(second)).size();
  EXPECT_EQ(n_failed, 1U);
}

TEST(Leases, StopSaysWhetherSomebodyDied) {
  LeasedCluster cluster(5);
  EXPECT_FALSE(std::get<Stop>(*[&] {
                 LeasedCluster sound(0);
                 return sound.say(1).reply;
               }())
                   .somebody_died);
  cluster.pass(11, {2});
  cluster.master.on_stop();
  EXPECT_TRUE(std::get<Stop>(*cluster.say(2).reply).somebody_died);
}

}  // namespace
}  // namespace trawl
