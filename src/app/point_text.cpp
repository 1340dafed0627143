// Writes the parameters of a point for people.
#include "trawl/app/point_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "trawl/config/key_fields.hpp"

namespace trawl {

std::string point_label(const Parameters& parameters) {
  const ParameterValue* label = find_parameter(parameters, kPointName);
  return label == nullptr ? "" : to_text(*label);
}

std::string point_text(const Parameters& parameters) {
  const std::string label = point_label(parameters);
  if (label.empty()) return to_text(parameters);
  Parameters others = parameters;
  others.erase(std::remove_if(others.begin(), others.end(),
                              [](const auto& parameter) { return parameter.first == kPointName; }),
               others.end());
  return others.empty() ? label : fmt::format("{}: {}", label, to_text(others));
}

std::string point_text(const Parameters& parameters, const StudyDefinition& study, const KeyTable& keys) {
  if (point_label(parameters).empty()) return point_text(parameters);
  StudyDefinition sections;  // what field_value() wants; without the trials, which may be many
  sections.parameters = study.parameters;
  Parameters others;
  for (const auto& [name, value] : parameters) {
    const JobKey* key = keys.find_searchable(name);
    if (key == nullptr || field_value(*key, sections) != value) others.emplace_back(name, value);
  }
  return point_text(others);
}

}  // namespace trawl
