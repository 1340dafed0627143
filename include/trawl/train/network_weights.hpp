#pragma once

#include "trawl/nn/perceptron.hpp"
#include "trawl/study/trial.hpp"

namespace trawl {

/// A copy of all that inference needs, layer by layer from hidden_0 to output: "weights", then "bias",
/// or where the layer is normalized "gamma", "beta", "moving_mean", "moving_variance".
NetworkWeights copy_weights(const Perceptron<float>& network);

/// Throws DataError, naming layer and array, if the names or shapes are not the network's.
void check_weights(const NetworkWeights& weights, const Perceptron<float>& network);
/// The reverse of copy_weights(), for what check_weights() lets pass.
void set_weights(const NetworkWeights& weights, Perceptron<float>& network);

}  // namespace trawl
