// Finds the values behind the keys.
#include "trawl/config/key_fields.hpp"

#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "trawl/base/error.hpp"
#include "trawl/config/yaml_tree.hpp"

namespace trawl {
namespace {

using Kind = ValueRule::Kind;

// A word or text becomes the field's enumerator or string.
struct Setter {
  const ParameterValue& value;

  void operator()(std::monostate) const { TRAWL_CHECK(false, "a key without a field"); }
  void operator()(double* field) const { *field = std::get<double>(value); }
  void operator()(std::uint64_t* field) const {
    *field = static_cast<std::uint64_t>(std::get<std::int64_t>(value));
  }
  void operator()(std::int64_t* field) const { *field = std::get<std::int64_t>(value); }
  void operator()(ParameterValue* field) const { *field = value; }
  template <class T>
  void operator()(T* field) const {
    if constexpr (std::is_enum_v<T>) {
      TRAWL_CHECK(from_text(std::get<std::string>(value), *field), "{}", to_text(value));
    } else {
      *field = std::get<T>(value);
    }
  }
};

// The other way round.
struct Getter {
  ParameterValue operator()(std::monostate) const { return {}; }
  ParameterValue operator()(const std::uint64_t* field) const { return static_cast<std::int64_t>(*field); }
  template <class T>
  ParameterValue operator()(const T* field) const {
    if constexpr (std::is_enum_v<T>) {
      return std::string(to_text(*field));
    } else {
      return *field;
    }
  }
};

}  // namespace

void set_field(const JobKey& key, StudyDefinition& definition, const ParameterValue& value) {
  std::visit(Setter{value}, key.field(definition));
}

ParameterValue field_value(const JobKey& key, StudyDefinition& definition) {
  return std::visit(Getter{}, key.field(definition));
}

std::string field_text(const JobKey& key, StudyDefinition& definition) {
  const ParameterValue value = field_value(key, definition);
  if (key.rule.kind == Kind::columns) return yaml_list(std::get<std::vector<std::string>>(value));
  const std::string text = to_text(value);
  const bool is_text =
      key.rule.kind == Kind::text || key.rule.kind == Kind::path || key.rule.kind == Kind::dataset;
  return is_text ? yaml_text(text) : text;
}

}  // namespace trawl
