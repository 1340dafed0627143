// A perceptron learns exclusive or.
#include <algorithm>

#include <trawl/nn/adam.hpp>
#include <trawl/nn/perceptron.hpp>

int main() {
  trawl::Perceptron<float> network({.n_features = 2, .hidden = {16}, .n_classes = 2}, 4);
  network.initialize(trawl::Initializer::glorot_uniform, trawl::StreamKey(1));
  const auto adam = trawl::make_optimizer<float>(trawl::adam_kind(), network.n_parameters());
  std::copy_n(std::initializer_list<float>{0, 0, 0, 1, 1, 0, 1, 1}.begin(), 8, network.features());
  std::copy_n(std::initializer_list<int>{0, 1, 1, 0}.begin(), 4, network.labels());
  for (int update = 0; update < 500; ++update) network.train(4, *adam, 0.05, 0.0, {}, nullptr);
  return network.evaluate(4).correct == 4 ? 0 : 1;
}
