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

}  // namespace
}  // namespace trawl
