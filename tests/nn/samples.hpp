#pragma once

#include <cstdint>

#include "trawl/base/random.hpp"
#include "trawl/nn/perceptron.hpp"

namespace trawl {

/// Fills the network's input with normal features and random labels.
template <class Scalar>
void load_random_samples(std::int64_t rows, std::int64_t n_features, std::int64_t n_classes, StreamKey key,
                         Perceptron<Scalar>& network) {
  RandomStream stream(key);
  for (std::int64_t i = 0; i < rows * n_features; ++i) {
    network.features()[i] = static_cast<Scalar>(stream.normal());
  }
  for (std::int64_t i = 0; i < rows; ++i) {
    network.labels()[i] = static_cast<std::int32_t>(stream.below(static_cast<std::uint64_t>(n_classes)));
  }
}

}  // namespace trawl
