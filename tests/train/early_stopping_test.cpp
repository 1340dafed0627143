#include "trawl/train/early_stopping.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "trawl/study/trial.hpp"

namespace trawl {
namespace {

const ObjectiveDefinition kLowLoss = {"val_loss", Direction::minimize, ObjectiveDefinition::At::last};
const ObjectiveDefinition kAccuracy = {};

EarlyStoppingDefinition patience(std::int64_t epochs, double min_delta = 0.0) {
  return {epochs, min_delta, true, {}};
}

/// A letter an epoch: + improved, - did not, s did not and stops the training.
std::string observed(const EarlyStoppingDefinition& definition, const ObjectiveDefinition& objective,
                     const std::vector<double>& values) {
  EarlyStopping stopping(definition, objective, perceptron_metrics());
  std::string letters;
  for (std::size_t i = 0; i < values.size() && !stopping.stops(); ++i) {
    const bool improved = stopping.observe(values[i]);
    letters += improved ? '+' : stopping.stops() ? 's' : '-';
  }
  return letters;
}

TEST(EarlyStopping, StopsAfterPatienceEpochsInARowWithoutImprovement) {
  EXPECT_EQ(observed(patience(3), kLowLoss, {5, 4, 6, 6, 3, 3, 3, 3, 1}), "++--+--s");
  EXPECT_EQ(observed(patience(3), kAccuracy, {.1, .2, .1, .2, .3, .3, .3, .3, .4}), "++--+--s");
}

TEST(EarlyStopping, EqualIsNoImprovement) { EXPECT_EQ(observed(patience(2), kLowLoss, {1, 1, 1, 0}), "+-s"); }

TEST(EarlyStopping, PatienceOfNoneIsPatienceOfOne) {
  EXPECT_EQ(observed(patience(0), kLowLoss, {3, 2, 2, 1}), "++s");
  EXPECT_EQ(observed(patience(1), kLowLoss, {3, 2, 2, 1}), "++s");
}

TEST(EarlyStopping, MinDeltaIsMeasuredFromTheLastImprovement) {
  // Steps of 1/16 below a min_delta of 1/8: three of them together are an improvement, two are not.
  EXPECT_EQ(observed(patience(9, 0.125), kLowLoss, {1, 0.9375, 0.875, 0.8125}), "+--+");
  EXPECT_EQ(observed(patience(9, 0.125), kAccuracy, {0, 0.0625, 0.125, 0.1875}), "+--+");
  EXPECT_EQ(observed(patience(2, 0.125), kLowLoss, {1, 0.9375, 0.875, 0.8125}), "+-s");
}

TEST(EarlyStopping, TheFirstEpochAlwaysImproves) {
  EXPECT_EQ(observed(patience(1, 1e300), kAccuracy, {0.0, 1.0}), "+s");
  EXPECT_EQ(observed(patience(1, 1e300), kLowLoss, {1e9, 0.0}), "+s");
}

TEST(EarlyStopping, NanNeverImproves) {
  EXPECT_EQ(observed(patience(2), kAccuracy, {0.5, kNan, 0.6, kNan, kNan}), "+-+-s");
}

TEST(EarlyStopping, WatchesTheObjectivesMetricInItsDirectionUnlessToldAnother) {
  const ObjectiveDefinition worst_loss = {"val_loss", Direction::maximize, {}};
  EXPECT_EQ(EarlyStopping(patience(1), worst_loss, perceptron_metrics()).metric(), "val_loss");
  EXPECT_EQ(observed(patience(1), worst_loss, {1, 2, 1}), "++s");
  const EarlyStoppingDefinition told = {1, 0.0, true, "val_cross_entropy"};
  EXPECT_EQ(EarlyStopping(told, kAccuracy, perceptron_metrics()).metric(), "val_cross_entropy");
  EXPECT_EQ(observed(told, kAccuracy, {2, 1, 2}), "++s");
}

}  // namespace
}  // namespace trawl
