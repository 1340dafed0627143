#include "trawl/train/evaluation.hpp"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

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

  StudyDefinition study;
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
