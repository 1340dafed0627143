#include "trawl/data/index_columns.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "trawl/base/text.hpp"

namespace trawl {
namespace {

constexpr std::int64_t kFewRows = 5;  // fewer count by chance

std::string letters_of(const std::string& name) {
  std::string letters;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return letters;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// "", "Unnamed: 0", "id", "PassengerId", "row_id", "index", ...
bool is_name_of_index(const std::string& name) {
  static constexpr std::array kNames = {
      "index",  "idx",    "row",  "rows",   "rownames", "rowname", "rownumber",
      "rownum", "no",     "nr",   "number", "num",      "obs",     "observation",
      "sample", "record", "case", "key",    "serial",   "sno",     "instance"};
  const std::string letters = letters_of(name);
  if (letters.empty() || letters.substr(0, 7) == "unnamed" || ends_with(letters, "id")) return true;
  return std::find(kNames.begin(), kNames.end(), letters) != kNames.end();
}

std::vector<double> values_of(const Table& table, std::int64_t column) {
  std::vector<double> values(static_cast<std::size_t>(table.rows));
  std::visit(
      [&](const auto& features) {
        for (std::int64_t row = 0; row < table.rows; ++row) {
          values[static_cast<std::size_t>(row)] =
              static_cast<double>(features[static_cast<std::size_t>(row * table.columns + column)]);
        }
      },
      table.features);
  return values;
}

bool has_equal_steps(const std::vector<double>& values) {
  const double step = values[1] - values[0];
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i] - values[i - 1] != step) return false;
  }
  return step != 0.0;
}

double value_at(const Table& table, std::int64_t row, std::int64_t column) {
  const auto at = static_cast<std::size_t>(row * table.columns + column);
  return std::visit([at](const auto& features) { return static_cast<double>(features[at]); }, table.features);
}

/// Of whole steps only: features of reals may be drawn on a line, as time is.
bool counts_rows(const Table& table, std::int64_t column) {
  constexpr std::int64_t kManyRows = 20;
  const double first = value_at(table, 0, column);
  const double step = value_at(table, 1, column) - first;
  if (step == 0.0 || step != std::floor(step) || value_at(table, 2, column) != first + 2 * step) return false;
  const bool is_plain = step == 1.0 && (first == 0.0 || first == 1.0);
  return (is_plain || table.rows >= kManyRows) && has_equal_steps(values_of(table, column));
}

bool are_whole_and_different(std::vector<double> values) {
  const bool are_whole =
      std::all_of(values.begin(), values.end(), [](double value) { return value == std::floor(value); });
  std::sort(values.begin(), values.end());
  return are_whole && std::adjacent_find(values.begin(), values.end()) == values.end();
}

/// What is said of the column; "" if it is an ordinary one. Without names only the first can be told.
const char* kind_of(const Table& table, const CsvLayout& layout, std::int64_t feature) {
  const std::size_t column = layout.features[static_cast<std::size_t>(feature)];
  if (layout.names.empty() ? column != 0 : !is_name_of_index(layout.names[column])) return "";
  const std::vector<double> values = values_of(table, feature);
  if (has_equal_steps(values)) {
    const bool counts = values[1] - values[0] == 1.0 && (values[0] == 0.0 || values[0] == 1.0);
    return counts || !layout.names.empty() ? "counts the rows" : "";
  }
  return !layout.names.empty() && are_whole_and_different(values) ? "has another whole number in every row"
                                                                  : "";
}

}  // namespace

std::vector<std::int64_t> counting_features(const Table& table) {
  std::vector<std::int64_t> features;
  for (std::int64_t i = 0; i < table.columns && table.rows >= kFewRows; ++i) {
    if (counts_rows(table, i)) features.push_back(i);
  }
  if (std::ssize(features) == table.columns) features.clear();
  return features;
}

void note_index_columns(const CsvLayout& layout, Table& table) {
  if (table.rows < kFewRows) return;
  for (std::int64_t i = 0; i < table.columns; ++i) {
    const std::string kind = kind_of(table, layout, i);
    if (kind.empty()) continue;
    const std::size_t column = layout.features[static_cast<std::size_t>(i)];
    const std::string key = layout.key_of(column);
    table.index_columns.push_back(key);
    const bool is_number = key.find_first_not_of("0123456789") == std::string::npos;
    table.warnings.push_back(fmt::format(
        "{}: column {} {}, and is trained on as a feature; leave it out by data.exclude: [{}]", table.origin,
        layout.name_of(column), kind, is_number ? key : fmt::format("\"{}\"", key)));
  }
}

}  // namespace trawl
