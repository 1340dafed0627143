// Refuses parameters that contradict each other.
#include "trawl/config/constraint_check.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "trawl/study/conditions.hpp"

namespace trawl {
namespace {

using Given = std::function<const YamlTree*(const std::string& key)>;

bool is_named(const std::vector<ParameterValue>& values, const ParameterValue& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// The values of a dimension that may make a difference, to a constraint or to a condition of `part`.
std::vector<ParameterValue> telling_values(const SearchDimension& dimension, const SearchSpace& part) {
  if (const auto* categories = std::get_if<CategoricalDistribution>(&dimension.distribution))
    return categories->choices;
  std::vector<ParameterValue> values;
  if (const auto* real = std::get_if<FloatDistribution>(&dimension.distribution)) {
    values.emplace_back(real->low);
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

// The named parameters' values in each combination of these and of what their conditions depend on. One that
// is fixed or inactive is left out.
std::vector<Parameters> values_of(const StudyDefinition& definition, const std::vector<std::string>& names) {
  const SearchSpace part = with_ancestors(definition.search.space, {names.begin(), names.end()});
  std::vector<std::vector<ParameterValue>> values;
  for (const SearchDimension& dimension : part) values.push_back(telling_values(dimension, part));
  std::vector<Parameters> all;
  for_each_combination(part, values, [&](const Combination& combination) {
    Parameters searched;
    for (const std::string& name : names) {
      const auto place = place_of(part, name);
      if (!place || combination[*place] == kInactive) continue;
      searched.emplace_back(name, values[*place][static_cast<std::size_t>(combination[*place])]);
    }
    if (std::find(all.begin(), all.end(), searched) == all.end()) all.push_back(std::move(searched));
    return true;
  });
  return all;
}

std::string problem_at(const StudyDefinition& definition, const ParameterConstraint& constraint,
                       const Parameters& point) {
  Parameters values;
  for (const std::string& name : constraint.names)
    values.emplace_back(name, value_at(definition, point, name));
  return constraint.problem(values);
}

class ConstraintCheck {
 public:
  ConstraintCheck(const StudyDefinition& definition, const KeyTable& keys, const Given& given,
                  const std::string& path)
      : definition_(definition), keys_(keys), given_(given), path_(path) {}

  void check_trials() const {
    for (std::size_t i = 0; i < definition_.search.trials.size(); ++i) {
      for (const ParameterConstraint& constraint : keys_.program.constraints) {
        const std::string problem = problem_at(definition_, constraint, definition_.search.trials[i]);
        if (problem.empty()) continue;
        fail(given_("search.trials")->items[i].place, fmt::format("search.trials.{}", i), problem);
      }
    }
  }

  void check_space() const {
    for (const ParameterConstraint& constraint : keys_.program.constraints) {
      for (const Parameters& searched : values_of(definition_, constraint.names)) {
        const std::string problem = problem_at(definition_, constraint, searched);
        if (!problem.empty()) fail_at(constraint, searched, problem);
      }
    }
  }

 private:
  // At the last of the parameters that the job names.
  [[noreturn]] void fail_at(const ParameterConstraint& constraint, const Parameters& searched,
                            const std::string& problem) const {
    const std::string all =
        searched.empty() ? problem : fmt::format("{}, with {}", problem, to_text(searched));
    for (auto name = constraint.names.rbegin(); name != constraint.names.rend(); ++name) {
      const bool is_searched = find_parameter(searched, *name) != nullptr;
      const std::string& fixed = keys_.find_searchable(*name)->path;
      const YamlTree* tree = is_searched ? given_("search.space")->find(*name) : given_(fixed);
      if (tree != nullptr) fail(tree->place, is_searched ? "search.space." + *name : fixed, all);
    }
    fail({path_}, keys_.find_searchable(constraint.names.back())->path, all);
  }

  const StudyDefinition& definition_;
  const KeyTable& keys_;
  const Given& given_;
  const std::string& path_;
};

}  // namespace

void check_constraints(const StudyDefinition& definition, const KeyTable& keys, const Given& given,
                       const std::string& path) {
  const ConstraintCheck check(definition, keys, given, path);
  if (definition.search.trials.empty()) return check.check_space();
  check.check_trials();
}

}  // namespace trawl
