// Of keys.hpp: finds the values behind the keys.
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "trawl/base/error.hpp"
#include "trawl/config/keys.hpp"

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
  void operator()(std::int64_t* field) const {
    const auto* whole = std::get_if<std::int64_t>(&value);
    *field = whole != nullptr ? *whole : TrainingDefinition::kWholeBatch;
  }
  void operator()(std::vector<double>* field) const {
    const auto* one = std::get_if<double>(&value);
    *field = one != nullptr ? std::vector<double>{*one} : std::get<std::vector<double>>(value);
  }
  void operator()(std::optional<EarlyStoppingDefinition>* field) const {
    const auto* stopping = std::get_if<EarlyStoppingDefinition>(&value);
    *field = stopping != nullptr ? std::optional(*stopping) : std::nullopt;
  }
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
  ParameterValue operator()(const std::vector<double>* field) const {
    return field->size() == 1 ? ParameterValue(field->front()) : ParameterValue(*field);
  }
  ParameterValue operator()(const std::optional<EarlyStoppingDefinition>* field) const {
    return *field ? ParameterValue(**field) : ParameterValue(std::string("off"));
  }
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
  const Field field = key.field(definition);
  const bool whole_batch =
      key.rule.kind == Kind::batch_size && *std::get<std::int64_t*>(field) == TrainingDefinition::kWholeBatch;
  return whole_batch ? ParameterValue(std::string("all")) : std::visit(Getter{}, field);
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
