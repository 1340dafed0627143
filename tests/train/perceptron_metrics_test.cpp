#include "trawl/train/perceptron_metrics.hpp"

#include <gtest/gtest.h>

#include "tests/train/metric_places.hpp"

namespace trawl {
namespace {

TEST(PerceptronMetrics, AreInTheOrderOfTheirPlaces) {
  EXPECT_GE(perceptron_metrics().size(), kNPerceptronMetrics);
  EXPECT_EQ(perceptron_metrics().place_of("train_loss"), kTrainLoss);
  EXPECT_EQ(perceptron_metrics().place_of("train_cross_entropy"), kTrainCrossEntropy);
  EXPECT_EQ(perceptron_metrics().place_of("train_accuracy"), kTrainAccuracy);
  EXPECT_EQ(perceptron_metrics().place_of("val_loss"), kValLoss);
  EXPECT_EQ(perceptron_metrics().place_of("val_cross_entropy"), kValCrossEntropy);
  EXPECT_EQ(perceptron_metrics().place_of("val_accuracy"), kValAccuracy);
  EXPECT_EQ(perceptron_metrics().place_of("learning_rate"), kLearningRate);
}

TEST(PerceptronMetrics, HaveTheirValuesFromWhatAnEpochHasMeasured) {
  const MetricValues values = perceptron_values({{6.0, 2.0, 3}, 4, {0.75, 0.5, 0.625}, 0.125});
  const auto value_of = [&](const char* name) { return values[*perceptron_metrics().place_of(name)]; };
  ASSERT_EQ(values.size(), perceptron_metrics().size());
  EXPECT_EQ(value_of("train_loss"), 2.0);
  EXPECT_EQ(value_of("train_cross_entropy"), 1.5);
  EXPECT_EQ(value_of("train_accuracy"), 0.75);
  EXPECT_EQ(value_of("val_loss"), 0.75);
  EXPECT_EQ(value_of("val_cross_entropy"), 0.5);
  EXPECT_EQ(value_of("val_accuracy"), 0.625);
  EXPECT_EQ(value_of("learning_rate"), 0.125);
}

}  // namespace
}  // namespace trawl
