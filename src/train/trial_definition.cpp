// Holds what a trial trains, and says what contradicts itself in it.
#include "trawl/train/trial_definition.hpp"

#include <fmt/format.h>

namespace trawl {

std::optional<std::size_t> hidden_layer(std::string_view name, std::size_t n_hidden) {
  for (std::size_t i = 0; i < n_hidden; ++i) {
    if (name == fmt::format("hidden_{}", i)) return i;
  }
  return std::nullopt;
}

std::string normalization_problem(const ModelDefinition& model) {
  const std::size_t n_hidden = model.hidden.size();
  for (const std::string& name : model.batch_normalization) {
    if (hidden_layer(name, n_hidden)) continue;
    const std::string layers = n_hidden == 0 ? "the model has no hidden layer"
                               : n_hidden == 1
                                   ? "the only hidden layer is hidden_0"
                                   : fmt::format("hidden layers are hidden_0 to hidden_{}", n_hidden - 1);
    return fmt::format("batch_normalization names {}, but {}", name, layers);
  }
  return {};
}

std::string dropout_problem(const ModelDefinition& model, const TrainingDefinition& training) {
  const std::size_t n_hidden = model.hidden.size();
  const std::size_t n_rates = training.dropout.size();
  if (n_rates == 1 || n_rates == n_hidden) return {};
  return fmt::format("dropout has {} rates for {} hidden layer{}", n_rates, n_hidden,
                     n_hidden == 1 ? "" : "s");
}

std::string layer_problem(const ModelDefinition& model, const TrainingDefinition& training) {
  std::string problem = normalization_problem(model);
  return problem.empty() ? dropout_problem(model, training) : problem;
}

}  // namespace trawl
