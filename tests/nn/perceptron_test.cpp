#include "trawl/nn/perceptron.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/nn/samples.hpp"

namespace trawl {
namespace {

const StreamKey kWeights = StreamKey(1).with("weights");

Perceptron<float> network_of(std::vector<std::int64_t> hidden) {
  Perceptron<float> network({20, std::move(hidden), 4, Activation::relu}, 32);
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
  for (const OptimizerKind kind : {OptimizerKind::sgd, OptimizerKind::momentum, OptimizerKind::nesterov,
                                   OptimizerKind::rmsprop, OptimizerKind::adam}) {
    Perceptron<float> network = network_of({16, 8});
    load_random_samples(32, 20, 4, StreamKey(2), network);
    const auto optimizer = make_optimizer<float>({kind}, network.n_parameters());
    const double before = network.evaluate(32).cross_entropy;
    for (int i = 0; i < 50; ++i) {
      network.accumulate_gradient(32, 32, Accumulate::overwrite, 0.0, nullptr);
      network.update(*optimizer, 0.01, 0.0);
    }
    EXPECT_LT(network.evaluate(32).cross_entropy, 0.95 * before) << static_cast<int>(kind);
  }
}

}  // namespace
}  // namespace trawl
