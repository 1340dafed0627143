// Finds what is allowed and hardly meant.
#include "trawl/config/job_warnings.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "trawl/config/keys.hpp"
#include "trawl/config/pruner_reader.hpp"
#include "trawl/search/sampler_kind.hpp"
#include "trawl/study/conditions.hpp"
#include "trawl/study/finite_space.hpp"

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

// Not by conditions alone: the fixed value counts for no point.
bool is_always_searched(const SearchDefinition& search, const std::string& name) {
  const auto place = place_of(search.space, name);
  return place ? search.space[*place].when.empty() : is_searched(search, name);
}

std::vector<std::string> optimizers(const StudyDefinition& definition) {
  std::vector<std::string> names;
  for (const ParameterValue& value : searched_values(definition.search, "optimizer")) {
    if (std::find(names.begin(), names.end(), to_text(value)) == names.end()) names.push_back(to_text(value));
  }
  const std::string fixed = to_text(definition.training.optimizer);
  if (!is_always_searched(definition.search, "optimizer") &&
      std::find(names.begin(), names.end(), fixed) == names.end()) {
    names.push_back(fixed);
  }
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
  if (!is_always_searched(definition.search, "hidden")) hidden.emplace_back(definition.model.hidden);
  const bool all_linear = std::all_of(hidden.begin(), hidden.end(), [](const ParameterValue& value) {
    return std::get<std::vector<std::int64_t>>(value).empty();
  });
  if (!all_linear) return;
  const std::vector<double>& rates = definition.training.dropout;
  const bool is_fixed = std::any_of(rates.begin(), rates.end(), [](double rate) { return rate > 0.0; });
  if (is_fixed || is_searched(definition.search, "dropout")) {
    warnings.emplace_back("dropout has no effect: it is for hidden layers, and model.hidden is []");
  }
}

void warn_of_penalty(const StudyDefinition& definition, std::vector<std::string>& warnings) {
  if (definition.objective.metric == "val_loss" && is_searched(definition.search, "l2")) {
    warnings.emplace_back(
        "the search over l2 is ranked by val_loss, which holds the penalty of l2 and so favours small l2; "
        "consider objective.metric: val_cross_entropy or val_accuracy");
  }
}

void warn_of_direction(const StudyDefinition& definition, std::vector<std::string>& warnings) {
  const ObjectiveDefinition& objective = definition.objective;
  if (objective.direction != definition.metrics.direction_of(objective.metric)) {
    warnings.push_back(fmt::format("the study looks for the worst trials: it is to {} {}",
                                   to_text(objective.direction), objective.metric));
  }
}

bool is_normalized(const StudyDefinition& definition) {
  if (!definition.model.batch_normalization.empty()) return true;
  const std::vector<ParameterValue> values = searched_values(definition.search, "batch_normalization");
  return std::any_of(values.begin(), values.end(), [](const ParameterValue& value) {
    return !std::get<std::vector<std::string>>(value).empty();
  });
}

bool has_single_rows(const StudyDefinition& definition) {
  const std::int64_t fixed = definition.training.batch_size;
  for (const SearchDimension& dimension : definition.search.space) {
    const auto* range = std::get_if<IntDistribution>(&dimension.distribution);
    if (dimension.name == "batch_size" && range != nullptr) return range->low == 1;
  }
  const std::vector<ParameterValue> values = searched_values(definition.search, "batch_size");
  if (values.empty()) return fixed == 1;
  return std::find(values.begin(), values.end(), ParameterValue(std::int64_t{1})) != values.end();
}

void warn_of_single_rows(const StudyDefinition& definition, std::vector<std::string>& warnings) {
  const std::vector<Parameters>& trials = definition.search.trials;
  const bool in_a_trial = std::any_of(trials.begin(), trials.end(), [&](const Parameters& trial) {
    const TrialDefinition one = trawl::apply(definition, trial);
    return one.training.batch_size == 1 && !one.model.batch_normalization.empty();
  });
  const bool in_the_space = trials.empty() && is_normalized(definition) && has_single_rows(definition);
  if (!in_a_trial && !in_the_space) return;
  warnings.emplace_back(
      "batch_size 1 goes with batch_normalization: a mini-batch of one row is always normalized to 0, so "
      "nothing below that layer learns");
}

std::int64_t most_epochs(const StudyDefinition& definition) {
  std::int64_t most = 0;
  for (const SearchDimension& dimension : definition.search.space) {
    const auto* range = std::get_if<IntDistribution>(&dimension.distribution);
    if (dimension.name == "epochs" && range != nullptr) most = range->high;
  }
  for (const ParameterValue& value : searched_values(definition.search, "epochs")) {
    most = std::max(most, std::get<std::int64_t>(value));
  }
  return is_always_searched(definition.search, "epochs") ? most : std::max(most, definition.training.epochs);
}

// The first epoch always improves, so the last that can end a training early is patience + 1.
void warn_of_patience(const StudyDefinition& definition, std::vector<std::string>& warnings) {
  std::vector<ParameterValue> values = searched_values(definition.search, "early_stopping");
  if (values.empty() && definition.training.early_stopping)
    values.emplace_back(*definition.training.early_stopping);
  const std::int64_t epochs = most_epochs(definition);
  for (const ParameterValue& value : values) {
    const auto* stopping = std::get_if<EarlyStoppingDefinition>(&value);
    if (stopping == nullptr || stopping->patience < epochs - 1) continue;
    warnings.push_back(
        fmt::format("early_stopping never ends a training early: its patience is {}, of {} epochs",
                    stopping->patience, epochs));
    return;
  }
}

void warn_of_points(const SearchDefinition& search, std::vector<std::string>& warnings) {
  if (sampler_kind(search).points == SamplerKind::Points::counted) return;
  for (const SearchDimension& dimension : search.space) {
    const auto* real = std::get_if<FloatDistribution>(&dimension.distribution);
    const auto* whole = std::get_if<IntDistribution>(&dimension.distribution);
    if ((real != nullptr && real->points) || (whole != nullptr && whole->points)) {
      warnings.push_back(fmt::format("search.space.{}: points has no effect with sampler: {}", dimension.name,
                                     search.sampler));
    }
  }
}

void warn_of_equal_points(const SearchDefinition& search, std::vector<std::string>& warnings) {
  const SamplerKind& kind = sampler_kind(search);
  if (kind.points != SamplerKind::Points::drawn || kind.is_distinct || search.space.empty()) return;
  const std::optional<std::int64_t> n = FiniteSpace(search.space).n_points();
  if (!n || search.n_points <= *n) return;
  warnings.push_back(fmt::format(
      "the space has {} point{} and n_trials is {}: sampler: {} tries some of them more than once; "
      "random tries none twice, and grid each of them once",
      *n, *n == 1 ? "" : "s", search.n_points, search.sampler));
}

void warn_of_timeout(const ClusterDefinition& cluster, std::vector<std::string>& warnings) {
  if (cluster.trial_timeout == 0.0 || cluster.isolation == ClusterDefinition::Isolation::process) return;
  warnings.emplace_back(
      "cluster.trial_timeout has no effect with isolation: none: only a trial in a process of its own can be "
      "ended");
}

void warn_of_perceptron(const StudyDefinition& definition, const YamlTree& job,
                        std::vector<std::string>& warnings) {
  warn_of_penalty(definition, warnings);
  warn_of_unused(definition, job, warnings);
  warn_of_dropout(definition, warnings);
  warn_of_single_rows(definition, warnings);
  warn_of_patience(definition, warnings);
}

}  // namespace

std::vector<std::string> job_warnings(const StudyDefinition& definition, const YamlTree& job) {
  std::vector<std::string> warnings;
  warn_of_direction(definition, warnings);
  if (definition.program.empty()) warn_of_perceptron(definition, job, warnings);
  warn_of_points(definition.search, warnings);
  warn_of_equal_points(definition.search, warnings);
  warn_of_timeout(definition.cluster, warnings);
  for (std::string& warning : pruner_warnings(definition)) warnings.push_back(std::move(warning));
  return warnings;
}

}  // namespace trawl
