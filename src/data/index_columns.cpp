// Finds features that only number the rows.
#include "trawl/data/index_columns.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "trawl/base/text.hpp"

namespace trawl {
namespace {

constexpr std::array kIndexWords = {"id",      "index",     "idx",    "row",     "rows",
                                    "rowname", "rownumber", "rownum", "rownames"};
constexpr std::int64_t kFewRows = 5;  // fewer count by chance
constexpr std::int64_t kManyRows = 20;

/// The words of a name, in small letters: "passenger", "id" of PassengerId, passenger_id and "Passenger ID".
std::vector<std::string> words_of_name(const std::string& name) {
  std::vector<std::string> words;
  bool is_in_word = false;
  bool was_small = false;
  for (const char c : name) {
    const auto letter = static_cast<unsigned char>(c);
    const bool is_part = std::isalnum(letter) != 0 || letter >= 0x80;
    if (is_part && (!is_in_word || (was_small && std::isupper(letter) != 0))) words.emplace_back();
    if (is_part) words.back() += static_cast<char>(std::tolower(letter));
    is_in_word = is_part;
    was_small = std::islower(letter) != 0;
  }
  return words;
}

template <class Names>
bool is_among(const Names& names, const std::string& word) {
  return std::find(names.begin(), names.end(), word) != names.end();
}

/// "", "Unnamed: 0", "id", "PassengerId", "row_id", "index", ..., and not "humid" or "uric_acid".
bool is_name_of_index(const std::vector<std::string>& words) {
  if (words.empty() || words[0] == "unnamed") return true;
  return std::any_of(words.begin(), words.end(),
                     [](const auto& word) { return is_among(kIndexWords, word); });
}

/// A number of the rows if they are counted, and else a feature.
bool may_be_name_of_index(const std::vector<std::string>& words) {
  static constexpr std::array kNames = {"no",     "nr",     "number", "num", "obs",    "observation",
                                        "sample", "record", "case",   "key", "serial", "sno"};
  return words.size() == 1 && is_among(kNames, words[0]);
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

enum class IndexKind { feature, counts_rows, seems_to_count_rows, differs_in_every_row };

/// From 0 or 1 on in steps of 1, or down to there.
bool is_plain_count(double first, double step, double last) {
  const double lowest = step > 0.0 ? first : last;
  return (step == 1.0 || step == -1.0) && (lowest == 0.0 || lowest == 1.0);
}

/// Of a column whose name says nothing.
IndexKind kind_without_name(const Table& table, std::int64_t feature) {
  if (table.rows < kManyRows) return IndexKind::feature;
  const double first = value_at(table, 0, feature);
  const double step = value_at(table, 1, feature) - first;
  if (!is_plain_count(first, step, value_at(table, table.rows - 1, feature))) return IndexKind::feature;
  return has_equal_steps(values_of(table, feature)) ? IndexKind::seems_to_count_rows : IndexKind::feature;
}

/// Without names the first column is the one that writers of tables put in front.
IndexKind kind_of(const Table& table, const CsvLayout& layout, std::int64_t feature) {
  const std::size_t column = layout.features[static_cast<std::size_t>(feature)];
  const bool has_names = !layout.names.empty();
  const auto words = has_names ? words_of_name(layout.names[column]) : std::vector<std::string>{};
  const bool is_named_so = has_names && is_name_of_index(words);
  if (has_names ? !is_named_so && !may_be_name_of_index(words) : column != 0) {
    return kind_without_name(table, feature);
  }
  const std::vector<double> values = values_of(table, feature);
  if (has_equal_steps(values)) {
    const bool counts = is_plain_count(values.front(), values[1] - values[0], values.back());
    return counts || is_named_so ? IndexKind::counts_rows : IndexKind::feature;
  }
  return is_named_so && are_whole_and_different(values) ? IndexKind::differs_in_every_row
                                                        : IndexKind::feature;
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
    const IndexKind kind = kind_of(table, layout, i);
    if (kind == IndexKind::feature) continue;
    const std::size_t column = layout.features[static_cast<std::size_t>(i)];
    const std::string key = layout.key_of(column);
    const bool is_index = kind == IndexKind::counts_rows;
    const bool counts = is_index || kind == IndexKind::seems_to_count_rows;
    if (is_index) table.index_columns.push_back(key);
    const bool is_number = key.find_first_not_of("0123456789") == std::string::npos;
    table.warnings.push_back(fmt::format(
        "{}: column {} {}, and is trained on as a feature; {} it out by data.exclude: [{}]", table.origin,
        layout.name_of(column), counts ? "counts the rows" : "has another whole number in every row",
        is_index ? "leave"
        : counts ? "if it is no feature, leave"
                 : "if it only names the rows, leave",
        is_number ? key : fmt::format("\"{}\"", key)));
  }
}

}  // namespace trawl
