// Copies arrays out of a network and back.
#include "trawl/train/network_weights.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "trawl/base/error.hpp"
#include "trawl/base/text.hpp"

namespace trawl {
namespace {

/// `Float` is float, or const float where the network is only read.
template <class Float>
struct ArrayPlace {
  std::string layer;
  std::string name;
  std::vector<std::int64_t> shape;
  Float* values = nullptr;
  std::int64_t size = 0;
};

/// `Network` is Perceptron<float>, const or not.
template <class Network>
auto array_places(Network& network) {
  using Float = std::remove_pointer_t<decltype(network.parameters(0))>;
  std::vector<ArrayPlace<Float>> places;
  for (const DenseLayer& layer : network.layers()) {
    const auto add = [&](const char* name, Float* values) {
      places.push_back({layer.name, name, {layer.outputs}, values, layer.outputs});
    };
    places.push_back({layer.name,
                      "weights",
                      {layer.inputs, layer.outputs},
                      network.parameters(layer.weights_at),
                      layer.inputs * layer.outputs});
    if (layer.normalized) {
      add("gamma", network.parameters(layer.gamma_at));
      add("beta", network.parameters(layer.bias_at));
      add("moving_mean", network.moving_statistics(layer.moving_mean_at));
      add("moving_variance", network.moving_statistics(layer.moving_variance_at));
    } else {
      add("bias", network.parameters(layer.bias_at));
    }
  }
  return places;
}

// Stored names may be anything.
constexpr std::size_t kMaxShownBytes = 60;

void check_fits(const LayerArray& array, const ArrayPlace<const float>& place) {
  const bool fits = array.layer == place.layer && array.name == place.name && array.shape == place.shape &&
                    static_cast<std::int64_t>(array.values.size()) == place.size;
  if (fits) return;
  throw DataError(
      fmt::format("stored weights do not fit the model: found {}/{} [{}] with {} values, the model has {}/{} "
                  "[{}]; check that they are of this study and this point",
                  shown_text(array.layer, kMaxShownBytes), shown_text(array.name, kMaxShownBytes),
                  fmt::join(array.shape, ", "), array.values.size(), place.layer, place.name,
                  fmt::join(place.shape, ", ")));
}

}  // namespace

NetworkWeights copy_weights(const Perceptron<float>& network) {
  NetworkWeights weights;
  for (const ArrayPlace<const float>& place : array_places(network)) {
    weights.push_back({place.layer, place.name, place.shape, {place.values, place.values + place.size}});
  }
  return weights;
}

void check_weights(const NetworkWeights& weights, const Perceptron<float>& network) {
  const std::vector<ArrayPlace<const float>> places = array_places(network);
  if (weights.size() != places.size()) {
    throw DataError(fmt::format("stored weights do not fit the model: {} arrays, the model has {}",
                                weights.size(), places.size()));
  }
  for (std::size_t i = 0; i < places.size(); ++i) check_fits(weights[i], places[i]);
}

void set_weights(const NetworkWeights& weights, Perceptron<float>& network) {
  check_weights(weights, network);
  const std::vector<ArrayPlace<float>> places = array_places(network);
  for (std::size_t i = 0; i < places.size(); ++i) {
    std::copy(weights[i].values.begin(), weights[i].values.end(), places[i].values);
  }
}

}  // namespace trawl
