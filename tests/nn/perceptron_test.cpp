#include "trawl/nn/perceptron.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "tests/nn/samples.hpp"
#include "trawl/nn/momentum.hpp"

namespace trawl {
namespace {

const StreamKey kWeights = StreamKey(1).with("weights");

Perceptron<float> network_of(std::vector<std::int64_t> hidden) {
  Perceptron<float> network({20, std::move(hidden), 4, &relu_activation()}, 32);
  network.initialize(Initializer::glorot_uniform, kWeights);
  return network;
}

std::vector<float> parameters_of(Perceptron<float>& network) {
  return {network.parameters(0), network.parameters(0) + network.n_parameters()};
}

TEST(Perceptron, LayersAreNamedAndAligned) {
  const Perceptron<float> network = network_of({7, 3});
  ASSERT_EQ(network.layers().size(), 3U);
  EXPECT_EQ(network.layers()[0].name, "hidden_0");
  EXPECT_EQ(network.layers()[1].name, "hidden_1");
  EXPECT_EQ(network.layers()[2].name, "output");
  EXPECT_EQ(network.layers()[1].inputs, 7);
  EXPECT_EQ(network.layers()[1].outputs, 3);
  for (const DenseLayer& layer : network.layers()) {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(network.parameters(layer.weights_at)) % kBufferAlignment, 0U);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(network.parameters(layer.bias_at)) % kBufferAlignment, 0U);
  }
}

TEST(Perceptron, WithoutHiddenLayersIsLinear) {
  Perceptron<float> network = network_of({});
  ASSERT_EQ(network.layers().size(), 1U);
  EXPECT_EQ(network.layers()[0].name, "output");
  load_random_samples(32, 20, 4, StreamKey(2), network);
  EXPECT_GT(network.evaluate(32).cross_entropy, 0.0);
}

TEST(Perceptron, WeightsOfALayerDependOnItsOwnStream) {
  Perceptron<float> deep = network_of({20, 20});
  Perceptron<float> shallow = network_of({20});
  const DenseLayer layer = shallow.layers()[0];
  for (std::int64_t i = 0; i < layer.inputs * layer.outputs; ++i) {
    EXPECT_EQ(deep.parameters(0)[i], shallow.parameters(0)[i]);
  }
  EXPECT_NE(deep.parameters(deep.layers()[1].weights_at)[0], deep.parameters(0)[0]);
}

TEST(Perceptron, SquaredWeightsLeaveBiasesOut) {
  Perceptron<float> network = network_of({7});
  double sum = 0.0;
  for (const DenseLayer& layer : network.layers()) {
    for (std::int64_t i = 0; i < layer.inputs * layer.outputs; ++i) {
      sum += std::pow(network.parameters(layer.weights_at)[i], 2.0);
    }
    std::fill_n(network.parameters(layer.bias_at), layer.outputs, 100.0F);
  }
  EXPECT_NEAR(network.squared_weights(), sum, 1e-5 * sum);
}

TEST(Perceptron, EvaluationLeavesTheNetworkAlone) {
  Perceptron<float> network = network_of({7});
  load_random_samples(32, 20, 4, StreamKey(2), network);
  const std::vector<float> before = parameters_of(network);
  const double first = network.evaluate(32).cross_entropy;
  EXPECT_EQ(network.evaluate(32).cross_entropy, first);
  EXPECT_EQ(parameters_of(network), before);
}

TEST(Perceptron, UpdatesLowerTheLossOfAMiniBatch) {
  for (const OptimizerKind* kind : optimizer_kinds()) {
    Perceptron<float> network = network_of({16, 8});
    load_random_samples(32, 20, 4, StreamKey(2), network);
    const auto optimizer = make_optimizer<float>(*kind, network.n_parameters());
    const double before = network.evaluate(32).cross_entropy;
    for (int i = 0; i < 50; ++i) {
      network.accumulate_gradient(32, 32, Accumulate::overwrite, {}, nullptr);
      network.update(*optimizer, 0.01, 0.0);
    }
    EXPECT_LT(network.evaluate(32).cross_entropy, 0.95 * before) << kind->word;
  }
}

std::vector<float> moving_statistics_of(const Perceptron<float>& network, const DenseLayer& layer) {
  std::vector<float> values(network.moving_statistics(layer.moving_mean_at),
                            network.moving_statistics(layer.moving_mean_at) + layer.outputs);
  values.insert(values.end(), network.moving_statistics(layer.moving_variance_at),
                network.moving_statistics(layer.moving_variance_at) + layer.outputs);
  return values;
}

class NormalizedPerceptron : public testing::Test {
 protected:
  NormalizedPerceptron() {
    network.initialize(Initializer::glorot_uniform, kWeights);
    load_random_samples(32, 20, 4, StreamKey(2), network);
  }
  void accumulate(std::int64_t rows = 32) {
    network.accumulate_gradient(rows, rows, Accumulate::overwrite, {}, nullptr);
  }

  Perceptron<float> network{{20, {7, 5}, 4, &relu_activation(), {false, true}}, 32};
  const DenseLayer& layer = network.layers()[1];
};

TEST_F(NormalizedPerceptron, StartsAsTheIdentityOfStandardizedSums) {
  EXPECT_FALSE(network.layers()[0].normalized);
  EXPECT_TRUE(layer.normalized);
  EXPECT_FALSE(network.layers()[2].normalized);
  for (std::int64_t i = 0; i < layer.outputs; ++i) {
    EXPECT_EQ(network.parameters(layer.gamma_at)[i], 1.0F);
    EXPECT_EQ(network.parameters(layer.bias_at)[i], 0.0F);
  }
  EXPECT_EQ(moving_statistics_of(network, layer), (std::vector<float>{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}));
  accumulate();
  network.initialize(Initializer::glorot_uniform, kWeights);
  EXPECT_EQ(moving_statistics_of(network, layer), (std::vector<float>{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}));
}

TEST_F(NormalizedPerceptron, OnlyTrainingMovesTheStatistics) {
  const std::vector<float> start = moving_statistics_of(network, layer);
  network.evaluate(32);
  EXPECT_EQ(moving_statistics_of(network, layer), start);
  accumulate();
  const std::vector<float> moved = moving_statistics_of(network, layer);
  EXPECT_NE(moved, start);
  network.evaluate(32);
  EXPECT_EQ(moving_statistics_of(network, layer), moved);
}

TEST_F(NormalizedPerceptron, EvaluationOfARowDoesNotDependOnTheOthers) {
  accumulate();
  const double together = network.evaluate(32).cross_entropy;
  double alone = 0.0;
  for (std::int64_t row = 0; row < 32; ++row) {
    std::copy_n(network.features() + row * 20, 20, network.features());
    network.labels()[0] = network.labels()[row];
    alone += network.evaluate(1).cross_entropy;
  }
  EXPECT_NEAR(alone, together, 1e-5 * together);
}

TEST_F(NormalizedPerceptron, SquaredWeightsLeaveGammaAndBetaOut) {
  const double before = network.squared_weights();
  std::fill_n(network.parameters(layer.gamma_at), layer.outputs, 100.0F);
  std::fill_n(network.parameters(layer.bias_at), layer.outputs, 100.0F);
  EXPECT_EQ(network.squared_weights(), before);
}

TEST_F(NormalizedPerceptron, UpdatesChangeGammaAndBetaAndThePenaltyDoesNot) {
  // l2 is so large that a penalty on γ would make it -1e6.
  const auto optimizer = make_optimizer<float>(momentum_kind(), network.n_parameters());
  accumulate();
  network.update(*optimizer, 0.1, 5e6);
  for (const std::int64_t at : {layer.gamma_at, layer.bias_at}) {
    const float start = at == layer.gamma_at ? 1.0F : 0.0F;
    for (std::int64_t i = 0; i < layer.outputs; ++i) {
      EXPECT_EQ(network.parameters(at)[i], start - 0.1F * network.gradient(at)[i]);
      EXPECT_NE(network.gradient(at)[i], 0.0F);
    }
  }
}

TEST_F(NormalizedPerceptron, OneRowTrainsOnBetaAlone) {
  network.parameters(layer.bias_at)[2] = 3.0F;
  accumulate(1);
  for (std::int64_t i = 0; i < network.n_parameters(); ++i)
    ASSERT_TRUE(std::isfinite(network.gradient(0)[i]));
  EXPECT_NE(network.gradient(layer.bias_at)[2], 0.0F);
  EXPECT_EQ(network.gradient(layer.gamma_at)[2], 0.0F);
  EXPECT_TRUE(std::isfinite(network.evaluate(32).cross_entropy));
}

TEST_F(NormalizedPerceptron, APieceOfAMiniBatchIsOurFault) {
  EXPECT_THROW(network.accumulate_gradient(16, 32, Accumulate::overwrite, {}, nullptr), std::logic_error);
  EXPECT_THROW(network.accumulate_gradient(32, 32, Accumulate::add, {}, nullptr), std::logic_error);
}

/// One row through tanh, which is never 0: an output is dropped where the gradient of the weights
/// that read it is 0.
class DropoutRates : public testing::Test {
 protected:
  DropoutRates() {
    network.initialize(Initializer::glorot_uniform, kWeights);
    load_random_samples(1, 20, 4, StreamKey(2), network);
  }
  bool is_dropped(std::size_t hidden, std::int64_t output) const {
    const DenseLayer& reader = network.layers()[hidden + 1];
    const float* row = network.gradient(reader.weights_at + output * reader.outputs);
    return std::all_of(row, row + reader.outputs, [](float g) { return g == 0.0F; });
  }
  void expect_masks(const std::vector<double>& rates) {
    RandomStream stream(StreamKey(3));
    network.accumulate_gradient(1, 1, Accumulate::overwrite, rates, &stream);
    RandomStream words(StreamKey(3));
    for (const std::size_t hidden : {0U, 1U}) {
      for (std::int64_t i = 0; rates[hidden] > 0.0 && i < 40; ++i) {
        EXPECT_EQ(is_dropped(hidden, i), words.bits32() < rates[hidden] * 0x1p32) << hidden << " " << i;
      }
    }
    EXPECT_EQ(stream.bits32(), words.bits32()) << "no word more";
  }

  Perceptron<float> network{{20, {40, 40}, 4, &activation_called("tanh"), {}}, 1};
};

TEST_F(DropoutRates, EachLayerTakesItsWordsInTurn) {
  expect_masks({0.4, 0.4});
  expect_masks({0.2, 0.7});
}

TEST_F(DropoutRates, ALayerOfRateZeroDrawsNothing) {
  expect_masks({0.0, 0.5});
  expect_masks({0.5, 0.0});
  EXPECT_THROW(expect_masks({0.5}), std::logic_error) << "neither none nor one a layer";
}

}  // namespace
}  // namespace trawl
