#include <gtest/gtest.h>

#include "fixtures.hpp"

// Searches in which nothing works.

namespace trawl {
namespace {

using namespace trawl::testing;

StudyDefinition failing_study(std::int64_t n_points, std::int64_t give_up_after = 5) {
  StudyDefinition study = make_study(n_points);
  study.cluster.max_attempts = 1;
  study.cluster.give_up_after = give_up_after;
  return study;
}

/// One worker that is given every trial that it asks for.
struct OneWorker {
  OneWorker(const StudyDefinition& study, StudyProgress progress)
      : sampler(study.search.n_points), master(study, sampler, std::move(progress)) {
    master.on_message(1, Hello{"host", 1, ""}, 0.0);
    hand_out();
  }
  explicit OneWorker(const StudyDefinition& study) : OneWorker(study, fresh_progress(study)) {}

  void hand_out() {
    while (!assignments(take(report({}, 100))).empty()) {
    }
  }
  Decision take(const Report& message) {
    Decision decision = master.on_message(1, message, 0.0);
    for (const auto& logged : events_of<MessageLogged>(decision.events)) messages.push_back(logged.text);
    return decision;
  }
  Decision fail(TrialNumber trial, const std::string& reason = "crash") {
    return take(report({LegFailed{trial, master.progress().attempts(trial).started, reason}}, 0));
  }

  IndexSampler sampler;
  Master master;
  std::vector<std::string> messages;
};

TEST(GiveUp, TheFirstTrialsByNumberDecideInWhateverOrderTheyFail) {
  OneWorker cluster(failing_study(12));
  for (const TrialNumber trial : {7, 6, 4, 2, 8, 0, 9, 3}) {
    EXPECT_FALSE(is_stop(cluster.fail(trial))) << trial;
    EXPECT_FALSE(cluster.master.gave_up());
  }
  EXPECT_TRUE(is_stop(cluster.fail(1, "no such file")));
  EXPECT_TRUE(cluster.master.gave_up());
  EXPECT_TRUE(cluster.master.stopping());
  EXPECT_FALSE(cluster.master.progress().is_finished(5)) << "what has not finished is not failed";
  ASSERT_EQ(cluster.messages.size(), 1U);
  EXPECT_NE(cluster.messages[0].find("trials 0, 2, 3, 4: crash; trial 1: no such file"), std::string::npos)
      << cluster.messages[0];
}

TEST(GiveUp, OneOfThemThatIsCompleteEndsIt) {
  OneWorker cluster(failing_study(12));
  for (const TrialNumber trial : {0, 1, 2, 3}) cluster.fail(trial);
  cluster.take(report({done(4, 0.5)}, 0));
  for (const TrialNumber trial : {5, 6, 7, 8, 9, 10}) EXPECT_FALSE(is_stop(cluster.fail(trial)));
  EXPECT_FALSE(cluster.master.gave_up());
}

TEST(GiveUp, LaterSuccessesDoNotHelp) {
  OneWorker cluster(failing_study(12));
  cluster.take(report({done(5, 0.5), done(6, 0.5)}, 0));
  for (const TrialNumber trial : {0, 1, 2, 3, 4}) cluster.fail(trial);
  EXPECT_TRUE(cluster.master.gave_up());
}

TEST(GiveUp, NotWhereThereAreNoOthersOrItIsOff) {
  OneWorker all(failing_study(5));
  for (const TrialNumber trial : {0, 1, 2, 3, 4}) all.fail(trial);
  EXPECT_TRUE(all.master.progress().all_finished());
  EXPECT_FALSE(all.master.gave_up());
  OneWorker off(failing_study(12, 0));
  for (TrialNumber trial = 0; trial < 11; ++trial) off.fail(trial);
  EXPECT_FALSE(off.master.gave_up());
}

TEST(GiveUp, TheNextRunCountsTheNextOnes) {
  OneWorker first(failing_study(12));
  for (const TrialNumber trial : {0, 1, 2, 3, 4}) first.fail(trial);
  OneWorker second(failing_study(12), first.master.progress());
  for (const TrialNumber trial : {5, 7, 8, 9}) second.fail(trial);
  EXPECT_FALSE(second.master.gave_up());
  second.fail(6);
  EXPECT_TRUE(second.master.gave_up());
}

TEST(GiveUp, DoesNotDependOnWhereARunWasInterrupted) {
  OneWorker first(failing_study(12));
  for (const TrialNumber trial : {1, 3, 8}) first.fail(trial);
  OneWorker second(failing_study(12), first.master.progress());
  for (const TrialNumber trial : {0, 2}) second.fail(trial);
  EXPECT_FALSE(second.master.gave_up());
  second.fail(4);
  EXPECT_TRUE(second.master.gave_up());
  EXPECT_NE(second.messages.at(0).find("trials 1, 3: in an earlier run"), std::string::npos);
}

TEST(GiveUp, NotAtTheEndOfASearchThatWorked) {
  OneWorker first(failing_study(12));
  first.take(report({done(3, 0.5)}, 0));
  for (const TrialNumber trial : {0, 1, 2, 4, 5}) first.fail(trial);
  OneWorker second(failing_study(12), first.master.progress());
  for (const TrialNumber trial : {6, 7, 8, 9, 10}) second.fail(trial);
  EXPECT_FALSE(second.master.gave_up());
}

TEST(GiveUp, NotWhereFailedTrialsAreTriedAgainBesideOthersThatWorked) {
  OneWorker first(failing_study(12));
  first.take(report({done(5, 0.5), done(11, 0.5)}, 0));
  for (const TrialNumber trial : {0, 1, 2, 3, 4}) first.fail(trial);
  ASSERT_TRUE(first.master.gave_up());
  StudyProgress progress = first.master.progress();
  for (const TrialNumber trial : {0, 1, 2, 3, 4}) progress.apply(TrialRetried{trial});
  OneWorker second(failing_study(12), progress);
  for (const TrialNumber trial : {0, 1, 2, 3, 4, 6, 7}) EXPECT_FALSE(is_stop(second.fail(trial)));
  EXPECT_FALSE(second.master.gave_up());
}

TEST(GiveUp, WhereNothingHasWorkedTriedAgainTheFirstCount) {
  OneWorker first(failing_study(12));
  for (const TrialNumber trial : {0, 1, 2, 3, 4}) first.fail(trial);
  StudyProgress progress = first.master.progress();
  for (const TrialNumber trial : {0, 1, 2, 3, 4}) progress.apply(TrialRetried{trial});
  OneWorker second(failing_study(12), progress);
  for (const TrialNumber trial : {0, 1, 2, 3, 4}) second.fail(trial);
  EXPECT_TRUE(second.master.gave_up());
}

TEST(GiveUp, TheNextRunTriesAsManyMoreThanWereHandedOutAhead) {
  OneWorker first(failing_study(20));
  for (const TrialNumber trial : {0, 1, 2, 3, 4, 5, 6, 8}) first.fail(trial);
  ASSERT_TRUE(first.master.gave_up());
  OneWorker second(failing_study(20), first.master.progress());
  for (const TrialNumber trial : {7, 9, 10, 11}) second.fail(trial);
  EXPECT_FALSE(second.master.gave_up());
  second.fail(12);
  EXPECT_TRUE(second.master.gave_up());
  EXPECT_NE(second.messages.at(0).find("trials 7, 9, 10, 11, 12: crash"), std::string::npos)
      << second.messages[0];
}

TEST(GiveUp, OfAShardItsOwnTrialsCount) {
  const StudyDefinition study = failing_study(30);
  OneWorker cluster(study, {30, 1, study.objective.direction, Shard{1, 3}});
  for (const TrialNumber trial : {1, 4, 7, 10}) cluster.fail(trial);
  EXPECT_FALSE(cluster.master.gave_up());
  cluster.fail(13);
  EXPECT_TRUE(cluster.master.gave_up());
}

TEST(FailuresInARow, TwentyByNumberAreAWarningOnce) {
  OneWorker cluster(failing_study(100));
  cluster.take(report({done(0, 0.5)}, 0));
  for (TrialNumber trial = 60; trial > 41; --trial) cluster.fail(trial);
  cluster.fail(10);
  EXPECT_TRUE(cluster.messages.empty());
  cluster.fail(41);
  ASSERT_EQ(cluster.messages.size(), 1U);
  EXPECT_NE(cluster.messages[0].find("20 in a row"), std::string::npos);
  for (TrialNumber trial = 61; trial < 90; ++trial) cluster.fail(trial);
  EXPECT_EQ(cluster.messages.size(), 1U);
  EXPECT_FALSE(cluster.master.gave_up());
}

TEST(FailuresInARow, AShardsTrialsFollowEachOther) {
  const StudyDefinition study = failing_study(100, 0);
  OneWorker cluster(study, {100, 1, study.objective.direction, Shard{0, 4}});
  for (TrialNumber trial = 0; trial < 76; trial += 4) cluster.fail(trial);
  EXPECT_TRUE(cluster.messages.empty());
  cluster.fail(76);
  EXPECT_EQ(cluster.messages.size(), 1U);
}

}  // namespace
}  // namespace trawl
