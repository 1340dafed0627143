// Makes the keys for programs with an objective of their own.
#include "trawl/config/custom_keys.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "trawl/base/error.hpp"

namespace trawl {
namespace {

using Kind = ValueRule::Kind;

bool starts_with(const std::string& text, const std::string& prefix) {
  return text.compare(0, prefix.size(), prefix) == 0;
}

ParameterValue* custom_value(StudyDefinition& definition, const std::string& name) {
  auto& values = definition.custom_parameters;
  const auto value = std::find_if(values.begin(), values.end(),
                                  [&](const auto& candidate) { return candidate.first == name; });
  TRAWL_CHECK(value != values.end(), "no parameter {}", name);
  return &value->second;
}

void add_parameter(const ParameterDeclaration& parameter, KeyTable& table) {
  const std::string& name = parameter.name;
  const Kind kind = parameter.rule.kind;
  TRAWL_CHECK(kind == Kind::real || kind == Kind::integer || kind == Kind::word,
              "parameter {} is no number and no word", name);
  TRAWL_CHECK(!name.empty() && name.find('.') == std::string::npos && name != kPointName && name != "from",
              "'{}' cannot be the name of a parameter", name);
  JobKey key{.path = fmt::format("{}.{}", kCustomSection, name), .rule = parameter.rule, .searchable = true};
  TRAWL_CHECK(table.find(key.path) == nullptr, "two parameters are called {}", name);
  const YamlTree initial = parse_yaml(to_text(parameter.initial), {"the program's declaration"});
  table.defaults.custom_parameters.emplace_back(name, read_value(key.rule, initial, key.path));
  key.field = [name](StudyDefinition& definition) -> Field { return custom_value(definition, name); };
  table.keys.push_back(std::move(key));
}

void add_metrics(const MetricTable& metrics, KeyTable& table) {
  const std::vector<std::string> names = metrics.rankable_names();
  TRAWL_CHECK(!names.empty(), "a program needs a metric to rank its trials by");
  table.defaults.metrics = metrics;
  table.defaults.objective.metric = names.front();
  table.keys.push_back({.path = "objective.metric",
                        .rule = one_of(names),
                        .field = [](StudyDefinition& d) -> Field { return &d.objective.metric; }});
}

void copy_keys(const std::string& prefix, KeyTable& table) {
  for (const JobKey& key : perceptron_keys().keys) {
    if (starts_with(key.path, prefix)) table.keys.push_back(key);
  }
}

}  // namespace

KeyTable custom_keys(const std::string& program, const ParameterTable& parameters,
                     const MetricTable& metrics) {
  TRAWL_CHECK(!program.empty(), "a program needs a name");
  KeyTable table;
  table.defaults.program = program;
  copy_keys("study", table);
  table.keys.push_back({.path = "program",
                        .rule = one_of({program}),
                        .field = [](StudyDefinition& d) -> Field { return &d.program; }});
  copy_keys("data.", table);
  for (const ParameterDeclaration& parameter : parameters) add_parameter(parameter, table);
  copy_keys("search.", table);
  copy_keys("pruner", table);
  add_metrics(metrics, table);
  copy_keys("objective.direction", table);
  copy_keys("objective.at", table);
  copy_keys("cluster.", table);
  return table;
}

}  // namespace trawl
