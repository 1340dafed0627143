#include "trawl/train/evaluation.hpp"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "tests/train/perceptron_study.hpp"
#include "tests/train/puzzle.hpp"
#include "trawl/base/error.hpp"
#include "trawl/train/network_weights.hpp"
#include "trawl/train/settings.hpp"

namespace trawl {
namespace {

class EvaluationTest : public testing::Test {
 protected:
  EvaluationTest() {
    study.model.hidden = {5};
    Perceptron<float> network(perceptron_shape(study.model, kPuzzleFeatures, kPuzzleClasses), 1);
    network.initialize(Initializer::he_normal, StreamKey(1));
    weights = copy_weights(network);
  }

  std::string error_of(const Parameters& parameters = {}) {
    try {
      evaluate_network(study, parameters, weights, view_of(samples));
    } catch (const DataError& error) {
      return error.what();
    }
    return "";
  }

  PerceptronStudy study;
  NetworkWeights weights;
  Table samples = puzzle(100, 1);
};

TEST_F(EvaluationTest, LayersAreNamedFromTheFirstHiddenOneToTheOutput) {
  ASSERT_EQ(weights.size(), 4U);
  EXPECT_EQ(weights[0].layer + "/" + weights[0].name, "hidden_0/weights");
  EXPECT_EQ(weights[0].shape, (std::vector<std::int64_t>{kPuzzleFeatures, 5}));
  EXPECT_EQ(weights[1].layer + "/" + weights[1].name, "hidden_0/bias");
  EXPECT_EQ(weights[3].layer + "/" + weights[3].name, "output/bias");
  EXPECT_EQ(weights[3].shape, std::vector<std::int64_t>{kPuzzleClasses});
}

TEST_F(EvaluationTest, MatchesTheFormulasRowByRow) {
  study.training.l2 = 0.5;
  double cross_entropy = 0.0;
  double penalty = 0.0;
  for (const LayerArray& array : weights) {
    for (const float w : array.values) penalty += array.name == "weights" ? 0.5 * w * w : 0.0;
  }
  const SampleView view = view_of(samples);
  for (std::int64_t row = 0; row < view.rows; ++row) {
    double logits[kPuzzleClasses] = {};
    for (std::size_t h = 0; h < 5; ++h) {
      double sum = weights[1].values[h];
      for (std::size_t i = 0; i < kPuzzleFeatures; ++i) {
        sum += static_cast<double>(view.features[row * kPuzzleFeatures + static_cast<std::int64_t>(i)]) *
               static_cast<double>(weights[0].values[i * 5 + h]);
      }
      for (std::size_t j = 0; j < kPuzzleClasses; ++j) {
        logits[j] += std::max(sum, 0.0) * static_cast<double>(weights[2].values[h * kPuzzleClasses + j]);
      }
    }
    double exps = 0.0;
    for (const double logit : logits) exps += std::exp(logit);
    cross_entropy += std::log(exps) - logits[view.labels[row]];
  }
  const Evaluation evaluation = evaluate_network(study, {}, weights, view);
  EXPECT_NEAR(evaluation.cross_entropy, cross_entropy / 100.0, 1e-6);
  EXPECT_NEAR(evaluation.loss, cross_entropy / 100.0 + penalty, 1e-5);
}

TEST_F(EvaluationTest, NormalizedLayersUseTheirStoredStatistics) {
  study.model.batch_normalization = {"hidden_0"};
  const std::vector<float> gamma = {0.5F, 1.0F, -1.5F, 2.0F, 0.0F};
  const std::vector<float> beta = {0.1F, -0.2F, 0.3F, 0.0F, 0.7F};
  const std::vector<float> mean = {0.0F, 1.0F, -2.0F, 0.3F, 0.1F};
  const std::vector<float> variance = {1.0F, 4.0F, 0.25F, 0.0F, 9.0F};
  const LayerArray sums = weights[0];
  const LayerArray output = weights[2];
  const LayerArray bias = weights[3];
  weights = {sums,
             {"hidden_0", "gamma", {5}, gamma},
             {"hidden_0", "beta", {5}, beta},
             {"hidden_0", "moving_mean", {5}, mean},
             {"hidden_0", "moving_variance", {5}, variance},
             output,
             bias};
  double cross_entropy = 0.0;
  const SampleView view = view_of(samples);
  for (std::int64_t row = 0; row < view.rows; ++row) {
    double logits[kPuzzleClasses] = {};
    for (std::size_t h = 0; h < 5; ++h) {
      double z = 0.0;
      for (std::size_t i = 0; i < kPuzzleFeatures; ++i) {
        z += static_cast<double>(view.features[row * kPuzzleFeatures + static_cast<std::int64_t>(i)]) *
             static_cast<double>(sums.values[i * 5 + h]);
      }
      const double normalized =
          (z - static_cast<double>(mean[h])) / std::sqrt(static_cast<double>(variance[h]) + 1e-3);
      const double y = static_cast<double>(gamma[h]) * normalized + static_cast<double>(beta[h]);
      for (std::size_t j = 0; j < kPuzzleClasses; ++j) {
        logits[j] += std::max(y, 0.0) * static_cast<double>(output.values[h * kPuzzleClasses + j]);
      }
    }
    double exps = 0.0;
    for (const double logit : logits) exps += std::exp(logit);
    cross_entropy += std::log(exps) - logits[view.labels[row]];
  }
  EXPECT_NEAR(evaluate_network(study, {}, weights, view).cross_entropy, cross_entropy / 100.0, 1e-5);
  std::swap(weights[3], weights[4]);
  EXPECT_NE(error_of().find("found hidden_0/moving_variance [5]"), std::string::npos) << error_of();
}

TEST_F(EvaluationTest, NetworksAreCopiedAndSetWhole) {
  study.model.hidden = {5, 3};
  study.model.batch_normalization = {"hidden_1"};
  Perceptron<float> network(perceptron_shape(study.model, kPuzzleFeatures, kPuzzleClasses), 1);
  network.initialize(Initializer::he_normal, StreamKey(1));
  NetworkWeights copied = copy_weights(network);
  std::string names;
  for (LayerArray& array : copied) {
    names += array.layer + "/" + array.name + " ";
    for (float& value : array.values) value += 0.5F;
  }
  EXPECT_EQ(
      names,
      "hidden_0/weights hidden_0/bias hidden_1/weights hidden_1/gamma hidden_1/beta hidden_1/moving_mean "
      "hidden_1/moving_variance output/weights output/bias ");
  set_weights(copied, network);
  EXPECT_EQ(copy_weights(network), copied);
}

TEST_F(EvaluationTest, TakesTheModelFromThePoint) {
  EXPECT_EQ(error_of(), "");
  const Parameters wider = {{"hidden", std::vector<std::int64_t>{6}}};
  EXPECT_NE(error_of(wider).find("hidden_0/weights [6, 5]"), std::string::npos) << error_of(wider);
}

TEST_F(EvaluationTest, WeightsThatDoNotFitAreRefused) {
  samples.labels[17] = 4;
  EXPECT_NE(error_of().find("row 17 has label 4"), std::string::npos) << error_of();
  samples.labels[17] = 0;
  weights[0].values.pop_back();
  EXPECT_NE(error_of().find("29 values"), std::string::npos) << error_of();
  weights.erase(weights.begin());
  EXPECT_NE(error_of().find("3 arrays"), std::string::npos) << error_of();
  weights.clear();
  EXPECT_NE(error_of().find("no output layer"), std::string::npos) << error_of();
}

TEST_F(EvaluationTest, NoSamplesIsNan) {
  EXPECT_TRUE(std::isnan(evaluate_network(study, {}, weights, {nullptr, nullptr, 0, kPuzzleFeatures}).loss));
}

}  // namespace
}  // namespace trawl
