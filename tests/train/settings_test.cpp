#include "trawl/train/settings.hpp"

#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "trawl/train/evaluation.hpp"

namespace trawl {
namespace {

constexpr std::int64_t kRows = 48000;
constexpr std::int64_t kFeatures = 784;
constexpr std::int64_t kClasses = 10;

class SettingsTest : public testing::Test {
 protected:
  std::string problem() const { return training_problem(definition, kRows, kFeatures, kClasses); }
  PerceptronShape shape() const { return perceptron_shape(definition.model, kFeatures, kClasses); }

  TrialDefinition definition;
};

TEST_F(SettingsTest, NamesOfLayersBecomePlaces) {
  definition.model.hidden = {128, 64, 32};
  EXPECT_TRUE(shape().normalized.empty());
  definition.model.batch_normalization = {"hidden_2", "hidden_0"};
  EXPECT_EQ(shape().normalized, (std::vector<bool>{true, false, true}));
  definition.model.batch_normalization = {"hidden_3"};
  EXPECT_THROW(shape(), std::logic_error);
}

TEST_F(SettingsTest, OneDropoutRateIsEveryHiddenLayers) {
  definition.model.hidden = {128, 64};
  definition.training.dropout = {0.2};
  EXPECT_EQ(dropout_rates(definition), (std::vector<double>{0.2, 0.2}));
  definition.training.dropout = {0.2, 0.5};
  EXPECT_EQ(dropout_rates(definition), (std::vector<double>{0.2, 0.5}));
  definition.model.hidden = {};
  definition.training.dropout = {0.2};
  EXPECT_TRUE(dropout_rates(definition).empty());
}

TEST_F(SettingsTest, LayersThatContradictAreAProblem) {
  EXPECT_EQ(problem(), "");
  definition.training.dropout = {0.1, 0.2, 0.3};
  EXPECT_EQ(problem(), "dropout has 3 rates for 2 hidden layers");
  definition.training.dropout = {0.1};
  definition.model.batch_normalization = {"hidden_2"};
  EXPECT_EQ(problem(), "batch_normalization names hidden_2, but hidden layers are hidden_0 to hidden_1");
}

TEST_F(SettingsTest, OnlyNormalizedLayersHoldAWholeMiniBatch) {
  definition.training.batch_size = TrainingDefinition::kWholeBatch;
  EXPECT_EQ(rows_of_batch(definition.training, kRows), kRows);
  EXPECT_EQ(rows_of_buffers(shape(), kRows), 1024);
  EXPECT_EQ(rows_of_buffers(shape(), 700), 700);
  EXPECT_EQ(rows_of_buffers(shape(), 1), kEvaluationRows);
  definition.model.batch_normalization = {"hidden_1"};
  EXPECT_EQ(rows_of_buffers(shape(), kRows), kRows);
  EXPECT_EQ(rows_of_buffers(shape(), 1), kEvaluationRows);
}

TEST_F(SettingsTest, ASingleRowGoesWithThoseBeforeItWhereALayerIsNormalized) {
  const auto batches = [this](std::int64_t batch_size, std::int64_t rows) {
    definition.training.batch_size = batch_size;
    const MiniBatches found = mini_batches(definition, rows);
    return std::vector<std::int64_t>{found.rows, found.count, found.longest};
  };
  using Numbers = std::vector<std::int64_t>;
  EXPECT_EQ(batches(32, 65), (Numbers{32, 3, 32}));
  definition.model.batch_normalization = {"hidden_1"};
  EXPECT_EQ(batches(32, 65), (Numbers{32, 2, 33}));
  EXPECT_EQ(batches(32, 33), (Numbers{32, 1, 33}));
  EXPECT_EQ(batches(2, 3), (Numbers{2, 1, 3}));
  EXPECT_EQ(batches(32, 66), (Numbers{32, 3, 32}));
  EXPECT_EQ(batches(32, 64), (Numbers{32, 2, 32}));
  EXPECT_EQ(batches(1, 3), (Numbers{1, 3, 1})) << "as asked for, with a warning";
  EXPECT_EQ(batches(TrainingDefinition::kWholeBatch, 65), (Numbers{65, 1, 65}));
  EXPECT_EQ(training_problem(definition, 1, 784, 10),
            "batch_normalization needs two training rows or more: one alone is always normalized to 0");
}

TEST_F(SettingsTest, AMiniBatchTooLargeForMemoryIsAProblem) {
  definition.model.hidden = {8000, 8000};
  definition.training.batch_size = TrainingDefinition::kWholeBatch;
  EXPECT_EQ(problem(), "") << "in pieces";
  definition.model.batch_normalization = {"hidden_1"};
  // 4 bytes x 48,000 rows x (784 + 1 + 10 + 3 x 8000 + 4 x 8000)
  EXPECT_EQ(
      problem(),
      "hidden [8000, 8000] with 784 features needs 10.9 GB for 48000 rows at once, as "
      "batch_normalization takes a mini-batch whole (a smaller batch_size needs less); allowed: at most "
      "8 GB");
  definition.training.batch_size = 24000;
  EXPECT_EQ(problem(), "");
}

}  // namespace
}  // namespace trawl
