// Refuses layers, dropout and normalization that contradict each other.
#include "trawl/config/layer_check.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "trawl/study/conditions.hpp"

namespace trawl {
namespace {

using Given = std::function<const YamlTree*(const std::string& key)>;

struct Key {
  std::string section;
  std::string name;
};

bool is_named(const std::vector<ParameterValue>& values, const ParameterValue& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// The values of a dimension that may make a difference, to layers or to a condition of `part`.
std::vector<ParameterValue> telling_values(const SearchDimension& dimension, const SearchSpace& part) {
  if (const auto* categories = std::get_if<CategoricalDistribution>(&dimension.distribution))
    return categories->choices;
  std::vector<ParameterValue> values;
  if (const auto* real = std::get_if<FloatDistribution>(&dimension.distribution)) {
    values.emplace_back(real->low);  // one rate, which goes with any layers
    return values;
  }
  const auto& range = std::get<IntDistribution>(dimension.distribution);
  for (const SearchDimension& other : part) {
    for (const Condition& condition : other.when) {
      if (condition.name != dimension.name) continue;
      for (const ParameterValue& value : condition.values) {
        if (!is_named(values, value)) values.push_back(value);
      }
    }
  }
  for (std::int64_t value = range.low; value <= range.high; value += range.step.value_or(1)) {
    const auto is_value = [&](const ParameterValue& named) { return std::get<std::int64_t>(named) == value; };
    if (std::any_of(values.begin(), values.end(), is_value)) continue;
    values.emplace_back(value);  // one of those that no condition names
    break;
  }
  return values;
}

// Both keys' values in each combination of these and of what their conditions depend on. A key that is
// fixed or inactive is left out.
std::vector<Parameters> values_of(const StudyDefinition& definition, const Key& hidden, const Key& other) {
  const SearchSpace part = with_ancestors(definition.search.space, {hidden.name, other.name});
  std::vector<std::vector<ParameterValue>> values;
  for (const SearchDimension& dimension : part) values.push_back(telling_values(dimension, part));
  std::vector<Parameters> all;
  for_each_combination(part, values, [&](const Combination& combination) {
    Parameters both;
    for (const std::string& name : {hidden.name, other.name}) {
      const auto place = place_of(part, name);
      if (!place || combination[*place] == kInactive) continue;
      both.emplace_back(name, values[*place][static_cast<std::size_t>(combination[*place])]);
    }
    if (std::find(all.begin(), all.end(), both) == all.end()) all.push_back(std::move(both));
    return true;
  });
  return all;
}

// No default contradicts anything, so the key stands in its section or in the space.
[[noreturn]] void fail_at(const Given& given, const Key& key, bool searched, const std::string& problem) {
  const std::string path = (searched ? "search.space" : key.section) + "." + key.name;
  const YamlTree& tree = searched ? *given("search.space")->find(key.name) : *given(path);
  fail(tree.place, path, problem);
}

// Normalization and dropout each have to do with the layers, but not with each other.
void check_against_layers(const StudyDefinition& definition, const Key& other, const Given& given) {
  StudyDefinition plain;
  plain.model.hidden = definition.model.hidden;
  if (other.name == "dropout") plain.training.dropout = definition.training.dropout;
  if (other.name != "dropout") plain.model.batch_normalization = definition.model.batch_normalization;
  for (const Parameters& both : values_of(definition, {"model", "hidden"}, other)) {
    const TrialDefinition trial = trawl::apply(plain, both);
    const std::string problem = layer_problem(trial.model, trial.training);
    if (problem.empty()) continue;
    const bool searched = find_parameter(both, other.name) != nullptr;
    fail_at(given, other, searched,
            both.empty() ? problem : fmt::format("{}, with {}", problem, to_text(both)));
  }
}

void check_trials(const StudyDefinition& definition, const YamlTree& trials) {
  for (std::size_t i = 0; i < definition.search.trials.size(); ++i) {
    const TrialDefinition trial = trawl::apply(definition, definition.search.trials[i]);
    const std::string problem = layer_problem(trial.model, trial.training);
    if (!problem.empty()) fail(trials.items[i].place, fmt::format("search.trials.{}", i), problem);
  }
}

}  // namespace

void check_layers(const StudyDefinition& definition, const Given& given) {
  if (!definition.search.trials.empty()) return check_trials(definition, *given("search.trials"));
  check_against_layers(definition, {"model", "batch_normalization"}, given);
  check_against_layers(definition, {"training", "dropout"}, given);
}

}  // namespace trawl
