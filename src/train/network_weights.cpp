#include "trawl/train/network_weights.hpp"

#include <algorithm>

#include "trawl/base/error.hpp"

namespace trawl {
namespace {

struct ArrayPlace {
  std::string layer;
  std::string name;
  std::vector<std::int64_t> shape;
  std::int64_t at = 0;
  std::int64_t size = 0;
};

std::vector<ArrayPlace> array_places(const Perceptron<float>& network) {
  std::vector<ArrayPlace> places;
  for (const DenseLayer& layer : network.layers()) {
    places.push_back({layer.name,
                      "weights",
                      {layer.inputs, layer.outputs},
                      layer.weights_at,
                      layer.inputs * layer.outputs});
    places.push_back({layer.name, "bias", {layer.outputs}, layer.bias_at, layer.outputs});
  }
  return places;
}

void check_fits(const LayerArray& array, const ArrayPlace& place) {
  const bool fits = array.layer == place.layer && array.name == place.name && array.shape == place.shape &&
                    static_cast<std::int64_t>(array.values.size()) == place.size;
  if (fits) return;
  throw DataError(
      fmt::format("stored weights do not fit the model: found {}/{} [{}] with {} values, the model has {}/{} "
                  "[{}]; check that they are of this study and this point",
                  array.layer, array.name, fmt::join(array.shape, ", "), array.values.size(), place.layer,
                  place.name, fmt::join(place.shape, ", ")));
}

}  // namespace

NetworkWeights copy_weights(const Perceptron<float>& network) {
  NetworkWeights weights;
  for (const ArrayPlace& place : array_places(network)) {
    const float* begin = network.parameters(place.at);
    weights.push_back({place.layer, place.name, place.shape, {begin, begin + place.size}});
  }
  return weights;
}

void set_weights(const NetworkWeights& weights, Perceptron<float>& network) {
  const std::vector<ArrayPlace> places = array_places(network);
  if (weights.size() != places.size()) {
    throw DataError(fmt::format("stored weights do not fit the model: {} arrays, the model has {}",
                                weights.size(), places.size()));
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    check_fits(weights[i], places[i]);
    std::copy(weights[i].values.begin(), weights[i].values.end(), network.parameters(places[i].at));
  }
}

}  // namespace trawl
