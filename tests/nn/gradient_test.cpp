#include <cmath>
#include <optional>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "tests/nn/samples.hpp"
#include "trawl/nn/perceptron.hpp"

namespace trawl {
namespace {

constexpr std::int64_t kRows = 6;
constexpr std::int64_t kFeatures = 5;
constexpr std::int64_t kClasses = 3;
constexpr double kL2 = 0.03;

/// Hands back the gradient it is given, penalty and all, instead of an update.
class GradientKeeper : public Optimizer<double> {
 public:
  explicit GradientKeeper(std::int64_t n) : gradient(static_cast<std::size_t>(n)) {}
  void begin_update(double /*learning_rate*/) override {}
  void apply(const UpdatedArray<double>& array) override {
    for (std::int64_t i = 0; i < array.size; ++i) {
      gradient[static_cast<std::size_t>(array.at + i)] =
          array.gradient[i] + 2.0 * array.l2 * array.weights[i];
    }
  }
  OptimizerMemory<double> memory() override { return {}; }
  std::vector<double> gradient;
};

struct Model {
  std::vector<std::int64_t> hidden;
  std::vector<bool> normalized;
};
using Case = std::tuple<std::string, std::vector<double>, Model>;  // activation, dropout, model

class Gradients : public testing::TestWithParam<Case> {
 protected:
  Gradients() {
    network_.initialize(Initializer::glorot_normal, StreamKey(11).with("weights"));
    RandomStream biases(StreamKey(11).with("bias"));
    for (const DenseLayer& layer : network_.layers()) {
      for (std::int64_t i = 0; i < layer.outputs; ++i) {
        network_.parameters(layer.bias_at)[i] = 0.3 * biases.normal();
        if (layer.normalized) network_.parameters(layer.gamma_at)[i] = 1.0 + 0.3 * biases.normal();
      }
    }
    load_random_samples(kRows, kFeatures, kClasses, StreamKey(11).with("samples"), network_);
  }

  BatchSums run(std::int64_t rows, Accumulate accumulate) {
    RandomStream mask(StreamKey(11).with("dropout"));  // the same mask every time
    return network_.accumulate_gradient(rows, kRows, accumulate, dropout_, &mask);
  }
  double loss() {
    return run(kRows, Accumulate::overwrite).cross_entropy / kRows + kL2 * network_.squared_weights();
  }
  std::vector<double> gradient() {
    run(kRows, Accumulate::overwrite);
    GradientKeeper keeper(network_.n_parameters());
    network_.update(keeper, 1.0, kL2);
    return keeper.gradient;
  }

  std::vector<double> dropout_ = std::get<1>(GetParam());
  Model model_ = std::get<2>(GetParam());
  Perceptron<double> network_{
      {kFeatures, model_.hidden, kClasses, &activation_called(std::get<0>(GetParam())), model_.normalized},
      kRows};
};

TEST_P(Gradients, EqualCentralDifferences) {
  constexpr double kStep = 1e-6;
  const std::vector<double> exact = gradient();
  int checked = 0;
  for (const DenseLayer& layer : network_.layers()) {
    const std::int64_t end = layer.bias_at + layer.outputs;
    for (std::int64_t i = layer.weights_at; i < end; ++i) {
      double& parameter = network_.parameters(0)[i];
      const double kept = parameter;
      parameter = kept + kStep;
      const double above = loss();
      parameter = kept - kStep;
      const double below = loss();
      parameter = kept;
      // Rounding 1e-16 / 1e-6 and the cubic term 1e-12: 1e-9, with room.
      EXPECT_NEAR(exact[static_cast<std::size_t>(i)], (above - below) / (2 * kStep), 2e-9)
          << layer.name << " " << i;
      ++checked;
    }
  }
  EXPECT_GE(checked, 18);
}

class PiecesOfAMiniBatch : public Gradients {};

TEST_P(PiecesOfAMiniBatch, AddUp) {
  run(kRows, Accumulate::overwrite);
  const std::vector<double> whole(network_.gradient(0), network_.gradient(0) + network_.n_parameters());
  const std::vector<double> features(network_.features(), network_.features() + kRows * kFeatures);
  const std::vector<std::int32_t> labels(network_.labels(), network_.labels() + kRows);
  run(4, Accumulate::overwrite);
  std::copy(features.begin() + 4 * kFeatures, features.end(), network_.features());
  std::copy(labels.begin() + 4, labels.end(), network_.labels());
  run(2, Accumulate::add);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_NEAR(network_.gradient(0)[i], whole[i], 1e-15) << i;
  }
}

/// γ and β among them: they stand between a layer's weights and the next layer's.
class NormalizedGradients : public Gradients {};

TEST_P(NormalizedGradients, OfGammaAndBetaAreNotZero) {
  const std::vector<double> exact = gradient();
  for (const DenseLayer& layer : network_.layers()) {
    if (!layer.normalized) continue;
    EXPECT_GT(layer.gamma_at, layer.weights_at);
    EXPECT_LT(layer.gamma_at, layer.bias_at);
    EXPECT_NE(exact[static_cast<std::size_t>(layer.gamma_at)], 0.0);
    EXPECT_NE(exact[static_cast<std::size_t>(layer.bias_at)], 0.0);
  }
}

const Model kTwoHidden = {{7, 4}, {}};
const std::vector<double> kNoDropout;
INSTANTIATE_TEST_SUITE_P(Networks, Gradients,
                         testing::Combine(testing::ValuesIn(activation_words()),
                                          testing::Values(kNoDropout, std::vector{0.4, 0.4}),
                                          testing::Values(kTwoHidden)));
INSTANTIATE_TEST_SUITE_P(Networks, PiecesOfAMiniBatch, testing::Values(Case{"tanh", kNoDropout, kTwoHidden}));
INSTANTIATE_TEST_SUITE_P(Linear, Gradients, testing::Values(Case{"relu", kNoDropout, Model{}}));

const auto kNormalized = testing::Combine(
    testing::Values("relu", "tanh"), testing::Values(kNoDropout, std::vector{0.2, 0.0, 0.4}),
    testing::Values(Model{{7, 6, 4}, {true, false, false}}, Model{{7, 6, 4}, {false, false, true}},
                    Model{{7, 6, 4}, {true, true, true}}));
INSTANTIATE_TEST_SUITE_P(Normalized, Gradients, kNormalized);
INSTANTIATE_TEST_SUITE_P(Normalized, NormalizedGradients,
                         testing::Values(Case{"tanh", kNoDropout, {{7, 6}, {true, true}}}));

}  // namespace
}  // namespace trawl
