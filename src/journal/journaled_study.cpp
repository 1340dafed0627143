// Says of a study all that publishing it takes.
#include "trawl/journal/journaled_study.hpp"

#include <algorithm>
#include <limits>
#include <random>
#include <unordered_set>

namespace trawl {
namespace {

using Storage = ParameterColumn::Storage;

template <class T>
bool all_are(const std::vector<ParameterValue>& values) {
  return std::all_of(values.begin(), values.end(),
                     [](const ParameterValue& v) { return std::holds_alternative<T>(v); });
}

bool all_are_numbers(const std::vector<ParameterValue>& values) {
  return std::all_of(values.begin(), values.end(), [](const ParameterValue& v) {
    return std::holds_alternative<double>(v) || std::holds_alternative<std::int64_t>(v);
  });
}

bool fits_enumeration(const std::vector<ParameterValue>& choices) {
  constexpr std::size_t kBytesBesideName = 1 + 7 + 2;
  std::size_t bytes = 0;
  for (const ParameterValue& choice : choices) bytes += to_text(choice).size() + kBytesBesideName;
  return bytes <= kMaxChoiceBytes &&
         choices.size() <= static_cast<std::size_t>(std::numeric_limits<std::int16_t>::max());
}

Storage storage_of(const std::vector<ParameterValue>& choices) {
  if (all_are<bool>(choices)) return Storage::boolean;
  if (all_are<std::int64_t>(choices)) return Storage::int64;
  if (all_are_numbers(choices)) return Storage::float64;
  return fits_enumeration(choices) ? Storage::choice : Storage::text;
}

ParameterColumn categorical(const std::string& name, std::vector<ParameterValue> choices) {
  return {name, storage_of(choices), "categorical", 0.0, 0.0, false, std::move(choices), false};
}

ParameterColumn column_of(const SearchDimension& dimension) {
  if (const auto* real = std::get_if<FloatDistribution>(&dimension.distribution)) {
    return {dimension.name, Storage::float64, "float", real->low, real->high, real->log, {}, false};
  }
  if (const auto* whole = std::get_if<IntDistribution>(&dimension.distribution)) {
    return {dimension.name,
            Storage::int64,
            "int",
            static_cast<double>(whole->low),
            static_cast<double>(whole->high),
            whole->log,
            {},
            false};
  }
  return categorical(dimension.name, std::get<CategoricalDistribution>(dimension.distribution).choices);
}

ParameterColumn numeric(const std::string& name, const std::vector<ParameterValue>& values) {
  ParameterColumn column{
      name, storage_of(values), "", as_number(values.front()), as_number(values.front()), false, {}, false};
  column.kind = column.storage == Storage::int64 ? "int" : "float";
  for (const ParameterValue& value : values) {
    column.low = std::min(column.low, as_number(value));
    column.high = std::max(column.high, as_number(value));
  }
  return column;
}

ParameterColumn listed_column(const std::string& name, const std::vector<Parameters>& trials) {
  std::vector<ParameterValue> distinct;
  std::unordered_set<std::string> seen;
  for (const Parameters& trial : trials) {
    const ParameterValue* value = find_parameter(trial, name);
    if (value != nullptr && seen.insert(to_text(*value)).second) distinct.push_back(*value);
  }
  return all_are_numbers(distinct) ? numeric(name, distinct) : categorical(name, std::move(distinct));
}

std::string new_run_id() {
  std::random_device random;
  std::string id;
  for (int i = 0; i < 4; ++i) id += fmt::format("{:08x}", random());
  return id;
}

}  // namespace

double as_number(const ParameterValue& value) {
  const auto* whole = std::get_if<std::int64_t>(&value);
  return whole != nullptr ? static_cast<double>(*whole) : std::get<double>(value);
}

std::vector<ParameterColumn> parameter_columns(const SearchDefinition& search) {
  std::vector<ParameterColumn> columns;
  if (search.trials.empty()) {
    for (const SearchDimension& dimension : search.space) {
      columns.push_back(column_of(dimension));
      columns.back().conditional = !dimension.when.empty();
    }
  } else {
    for (const auto& parameter : search.trials.front()) {
      columns.push_back(listed_column(parameter.first, search.trials));
    }
  }
  return columns;
}

JournaledStudy journaled(const StudyDescription& study) {
  const StudyDefinition& definition = study.definition;
  JournaledStudy journaled;
  journaled.run_id = new_run_id();
  journaled.name = definition.name;
  journaled.n_trials = definition.n_trials();
  journaled.repeats = definition.search.repeats;
  journaled.seed = definition.search.seed;
  journaled.objective = definition.objective;
  journaled.job_text = study.job_text;
  journaled.job_resolved = study.job_resolved;
  journaled.identity = study.identity;
  journaled.space = to_json(definition.search.space);
  journaled.data = study.data;
  journaled.scaling = study.scaling;
  journaled.shard = study.shard;
  journaled.keep = definition.has_timetable() ? StudyProgress::Keep::proposals : study.keep;
  journaled.parameters = parameter_columns(definition.search);
  journaled.metrics = definition.metrics;
  return journaled;
}

std::int64_t choice_index(const ParameterColumn& column, const ParameterValue& value) {
  const bool by_number = column.storage == Storage::float64;
  const std::string text = to_text(value);
  for (std::size_t i = 0; i < column.choices.size(); ++i) {
    const ParameterValue& choice = column.choices[i];
    if (by_number ? as_number(choice) == as_number(value) : to_text(choice) == text)
      return static_cast<std::int64_t>(i);
  }
  return -1;
}

}  // namespace trawl
