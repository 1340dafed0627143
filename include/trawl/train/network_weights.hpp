#pragma once

#include "trawl/nn/perceptron.hpp"
#include "trawl/study/trial.hpp"

namespace trawl {

/// A copy of all weights and biases: "weights", then "bias", layer by layer from hidden_0 to output.
NetworkWeights copy_weights(const Perceptron<float>& network);

/// The reverse. Throws DataError, naming layer and array, if the names or shapes are not the network's.
void set_weights(const NetworkWeights& weights, Perceptron<float>& network);

}  // namespace trawl
