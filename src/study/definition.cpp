// Holds a job, checked and with all defaults filled in.
#include "trawl/study/definition.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include <fmt/format.h>

#include "trawl/base/error.hpp"

namespace trawl {
namespace {

// The words of an enumeration, in the order of its enumerators. One table serves both ways.
template <class Enum>
struct Words;
template <>
struct Words<DataDefinition::Split> {
  static constexpr std::array kAll = {"last", "shuffled"};
};
template <>
struct Words<DataDefinition::Scaling> {
  static constexpr std::array kAll = {"none", "unit", "standard"};
};
template <>
struct Words<Direction> {
  static constexpr std::array kAll = {"minimize", "maximize"};
};
template <>
struct Words<ObjectiveDefinition::At> {
  static constexpr std::array kAll = {"last", "best"};
};
template <>
struct Words<ClusterDefinition::Isolation> {
  static constexpr std::array kAll = {"none", "process"};
};

template <class Enum>
const char* word(Enum value) {
  return Words<Enum>::kAll.at(static_cast<std::size_t>(value));
}

template <class Enum>
bool find_word(std::string_view text, Enum& value) {
  for (std::size_t i = 0; i < Words<Enum>::kAll.size(); ++i) {
    if (text == Words<Enum>::kAll[i]) {
      value = static_cast<Enum>(i);
      return true;
    }
  }
  return false;
}

}  // namespace

const char* to_text(DataDefinition::Split value) { return word(value); }
const char* to_text(DataDefinition::Scaling value) { return word(value); }
const char* to_text(Direction value) { return word(value); }
const char* to_text(ObjectiveDefinition::At value) { return word(value); }
const char* to_text(ClusterDefinition::Isolation value) { return word(value); }

bool from_text(std::string_view text, DataDefinition::Split& value) { return find_word(text, value); }
bool from_text(std::string_view text, DataDefinition::Scaling& value) { return find_word(text, value); }
bool from_text(std::string_view text, ObjectiveDefinition::Direction& value) {
  return find_word(text, value);
}
bool from_text(std::string_view text, ObjectiveDefinition::At& value) { return find_word(text, value); }
bool from_text(std::string_view text, ClusterDefinition::Isolation& value) { return find_word(text, value); }

template <class Enum>
std::vector<std::string> words_of() {
  return {Words<Enum>::kAll.begin(), Words<Enum>::kAll.end()};
}
template std::vector<std::string> words_of<DataDefinition::Split>();
template std::vector<std::string> words_of<DataDefinition::Scaling>();
template std::vector<std::string> words_of<ObjectiveDefinition::Direction>();
template std::vector<std::string> words_of<ObjectiveDefinition::At>();
template std::vector<std::string> words_of<ClusterDefinition::Isolation>();

const ParameterValue& value_at(const StudyDefinition& study, const Parameters& point, std::string_view name) {
  const ParameterValue* value = find_parameter(point, name);
  if (value == nullptr) value = find_parameter(study.parameters, name);
  TRAWL_CHECK(value != nullptr, "no parameter {}", name);
  return *value;
}

std::vector<ParameterValue> searched_values(const SearchDefinition& search, std::string_view name) {
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

bool is_searched(const SearchDefinition& search, std::string_view name) {
  const bool in_space = std::any_of(search.space.begin(), search.space.end(),
                                    [&](const SearchDimension& dimension) { return dimension.name == name; });
  return in_space || !searched_values(search, name).empty();
}

bool is_always_searched(const SearchDefinition& search, std::string_view name) {
  for (const SearchDimension& dimension : search.space) {
    if (dimension.name == name) return dimension.when.empty();
  }
  return is_searched(search, name);
}

}  // namespace trawl
