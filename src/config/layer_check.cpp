#include "trawl/config/layer_check.hpp"

#include <vector>

#include <fmt/format.h>

namespace trawl {
namespace {

using Given = std::function<const YamlTree*(const std::string& key)>;

/// One of the keys, and every value it can take; its fixed one alone if it is not searched.
struct Values {
  std::string name;
  std::string section;
  bool searched = false;
  std::vector<Parameters> all;  // each empty or with `name`
};

Values values_of(const StudyDefinition& definition, const std::string& section, const std::string& name) {
  Values values{name, section, false, {}};
  for (const SearchDimension& dimension : definition.search.space) {
    if (dimension.name != name) continue;
    values.searched = true;
    if (const auto* range = std::get_if<FloatDistribution>(&dimension.distribution)) {
      values.all = {{{name, range->low}}};  // one rate, which goes with any layers
    } else {
      for (const ParameterValue& choice : std::get<CategoricalDistribution>(dimension.distribution).choices)
        values.all.push_back({{name, choice}});
    }
  }
  if (!values.searched) values.all.emplace_back();
  return values;
}

// No default contradicts anything, so the key stands in its section or in the space.
[[noreturn]] void fail_at(const Given& given, const Values& values, const std::string& problem) {
  const std::string key = (values.searched ? "search.space" : values.section) + "." + values.name;
  const YamlTree& tree = values.searched ? *given("search.space")->find(values.name) : *given(key);
  fail(tree.place, key, problem);
}

// Normalization and dropout each have to do with the layers, but not with each other.
void check_against_layers(const StudyDefinition& definition, const Values& hidden, const Values& other,
                          const Given& given) {
  for (const Parameters& layers : hidden.all) {
    for (const Parameters& value : other.all) {
      StudyDefinition plain;
      plain.model.hidden = definition.model.hidden;
      if (other.name == "dropout") plain.training.dropout = definition.training.dropout;
      if (other.name != "dropout") plain.model.batch_normalization = definition.model.batch_normalization;
      Parameters both = layers;
      both.insert(both.end(), value.begin(), value.end());
      const TrialDefinition trial = trawl::apply(plain, both);
      const std::string problem = layer_problem(trial.model, trial.training);
      if (problem.empty()) continue;
      const bool is_choice = hidden.searched || other.searched;
      fail_at(given, other, is_choice ? fmt::format("{}, with {}", problem, to_text(both)) : problem);
    }
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
  const Values hidden = values_of(definition, "model", "hidden");
  check_against_layers(definition, hidden, values_of(definition, "model", "batch_normalization"), given);
  check_against_layers(definition, hidden, values_of(definition, "training", "dropout"), given);
}

}  // namespace trawl
