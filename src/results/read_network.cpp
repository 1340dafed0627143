// Reads the best network: its weights, and how its inputs were scaled.
#include "read_network.hpp"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "trawl/base/error.hpp"
#include "trawl/results/schema.hpp"

namespace trawl {
namespace {

using h5::Group;

// The library lists by name; networks have their layers and the arrays of each in this order.
std::vector<std::string> in_network_order(std::vector<std::string> layers) {
  const auto place = [](const std::string& layer) {
    return std::tuple<bool, std::size_t, std::string>(layer == "output", layer.size(), layer);  // 2 before 10
  };
  std::sort(layers.begin(), layers.end(),
            [&](const std::string& a, const std::string& b) { return place(a) < place(b); });
  return layers;
}

std::vector<std::string> in_layer_order(std::vector<std::string> arrays) {
  static const std::vector<std::string> kOrder = {"weights",     "gamma",           "beta",
                                                  "moving_mean", "moving_variance", "bias"};
  const auto place = [](const std::string& name) { return std::find(kOrder.begin(), kOrder.end(), name); };
  std::stable_sort(arrays.begin(), arrays.end(),
                   [&](const std::string& a, const std::string& b) { return place(a) < place(b); });
  return arrays;
}

}  // namespace

NetworkWeights read_weights(const Group& group) {
  NetworkWeights weights;
  for (const std::string& layer : in_network_order(group.names())) {
    const Group arrays = group.group(layer);
    for (const std::string& name : in_layer_order(arrays.names())) {
      h5::FloatArray array = arrays.array(name);
      weights.push_back({layer, name, std::move(array.shape), std::move(array.values)});
    }
  }
  return weights;
}

FeatureScaling read_scaling(const Group& group) {
  namespace s = schema::scaling;
  FeatureScaling scaling{
      group.dataset(s::kOffset.name).read<double>(), group.dataset(s::kFactor.name).read<double>(), {}};
  if (group.has(s::kNames.name)) scaling.names = group.dataset(s::kNames.name).read_text();
  const std::size_t n = scaling.offset.size();
  if (scaling.factor.size() != n || (!scaling.names.empty() && scaling.names.size() != n))
    throw StoreError(fmt::format("{}: its columns differ in length", group.path()));
  return scaling;
}

}  // namespace trawl
