#include "trawl/config/job_warnings.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "trawl/config/keys.hpp"

namespace trawl {
namespace {

using Optimizer = TrainingDefinition::Optimizer;

struct OptimizerKey {
  const char* name;
  std::vector<std::string> users;
};

const std::vector<OptimizerKey>& optimizer_keys() {
  static const std::vector<OptimizerKey> kKeys = {{"momentum", {"momentum", "nesterov"}},
                                                  {"rho", {"rmsprop"}},
                                                  {"beta_1", {"adam"}},
                                                  {"beta_2", {"adam"}},
                                                  {"epsilon", {"rmsprop", "adam"}}};
  return kKeys;
}

// All values a searched key can take; empty if it is not searched by choices or a list.
std::vector<ParameterValue> searched_values(const SearchDefinition& search, const std::string& name) {
  for (const SearchDimension& dimension : search.space) {
    const auto* categories = std::get_if<CategoricalDistribution>(&dimension.distribution);
    if (dimension.name == name && categories != nullptr) return categories->choices;
  }
  std::vector<ParameterValue> values;
  for (const Parameters& trial : search.trials) {
    if (const ParameterValue* value = find_parameter(trial, name)) values.push_back(*value);
  }
  return values;
}

bool is_searched(const SearchDefinition& search, const std::string& name) {
  const bool in_space = std::any_of(search.space.begin(), search.space.end(),
                                    [&](const SearchDimension& dimension) { return dimension.name == name; });
  return in_space || !searched_values(search, name).empty();
}

std::vector<std::string> optimizers(const StudyDefinition& definition) {
  std::vector<std::string> names;
  for (const ParameterValue& value : searched_values(definition.search, "optimizer")) {
    if (std::find(names.begin(), names.end(), to_text(value)) == names.end()) names.push_back(to_text(value));
  }
  if (names.empty()) names.emplace_back(to_text(definition.training.optimizer));
  return names;
}

void warn_of_unused(const StudyDefinition& definition, const YamlTree& job,
                    std::vector<std::string>& warnings) {
  const std::vector<std::string> used = optimizers(definition);
  const YamlTree* training = job.find("training");
  for (const OptimizerKey& key : optimizer_keys()) {
    const bool given = training != nullptr && training->find(key.name) != nullptr;
    const bool has_user =
        std::find_first_of(used.begin(), used.end(), key.users.begin(), key.users.end()) != used.end();
    if (has_user || (!given && !is_searched(definition.search, key.name))) continue;
    warnings.push_back(fmt::format("{} has no effect: it is for {}, and the optimizer is {}", key.name,
                                   fmt::join(key.users, " and "), fmt::join(used, ", ")));
  }
}

void warn_of_dropout(const StudyDefinition& definition, std::vector<std::string>& warnings) {
  std::vector<ParameterValue> hidden = searched_values(definition.search, "hidden");
  if (hidden.empty()) hidden.emplace_back(definition.model.hidden);
  const bool all_linear = std::all_of(hidden.begin(), hidden.end(), [](const ParameterValue& value) {
    return std::get<std::vector<std::int64_t>>(value).empty();
  });
  if (!all_linear) return;
  if (definition.training.dropout > 0.0 || is_searched(definition.search, "dropout")) {
    warnings.emplace_back("dropout has no effect: it is for hidden layers, and model.hidden is []");
  }
}

void warn_of_objective(const StudyDefinition& definition, std::vector<std::string>& warnings) {
  using Metric = ObjectiveDefinition::Metric;
  using Direction = ObjectiveDefinition::Direction;
  const ObjectiveDefinition& objective = definition.objective;
  if (objective.metric == Metric::val_loss && is_searched(definition.search, "l2")) {
    warnings.emplace_back(
        "the search over l2 is ranked by val_loss, which holds the penalty of l2 and so favours small l2; "
        "consider objective.metric: val_cross_entropy or val_accuracy");
  }
  const auto usual = objective.metric == Metric::val_accuracy ? Direction::maximize : Direction::minimize;
  if (objective.direction != usual) {
    warnings.push_back(fmt::format("the study looks for the worst trials: it is to {} {}",
                                   to_text(objective.direction), to_text(objective.metric)));
  }
}

void warn_of_points(const SearchDefinition& search, std::vector<std::string>& warnings) {
  if (search.sampler != SearchDefinition::Sampler::random) return;
  for (const SearchDimension& dimension : search.space) {
    const auto* real = std::get_if<FloatDistribution>(&dimension.distribution);
    const auto* whole = std::get_if<IntDistribution>(&dimension.distribution);
    if ((real != nullptr && real->points) || (whole != nullptr && whole->points)) {
      warnings.push_back(
          fmt::format("search.space.{}: points has no effect with sampler: random", dimension.name));
    }
  }
}

void warn_of_timeout(const ClusterDefinition& cluster, std::vector<std::string>& warnings) {
  if (cluster.trial_timeout == 0.0 || cluster.isolation == ClusterDefinition::Isolation::process) return;
  warnings.emplace_back(
      "cluster.trial_timeout has no effect with isolation: none: only a trial in a process of its own can be "
      "ended");
}

}  // namespace

std::vector<std::string> job_warnings(const StudyDefinition& definition, const YamlTree& job) {
  std::vector<std::string> warnings;
  warn_of_objective(definition, warnings);
  warn_of_unused(definition, job, warnings);
  warn_of_dropout(definition, warnings);
  warn_of_points(definition.search, warnings);
  warn_of_timeout(definition.cluster, warnings);
  return warnings;
}

}  // namespace trawl
