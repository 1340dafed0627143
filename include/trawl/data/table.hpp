#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace trawl {

/// More classes are taken for a column that holds no labels.
constexpr std::int64_t kMaxClasses = 1000;

/// Alternatives of Table::features.
using Features = std::variant<std::vector<float>, std::vector<std::uint8_t>, std::vector<double>>;

/// Samples as they were read. Shapes: features [rows, columns], row-major; labels [rows].
/// Images keep their bytes (0..255), a quarter of the memory of floats; what was written with more digits
/// than a float holds is double, until the scaling has taken the offset away: 1700000030 and 1700000031
/// are one float. Numbers are finite; labels are in [0, kMaxClasses).
struct Table {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  Features features;
  std::vector<std::int32_t> labels;
  std::string origin;                      ///< the file (of the features), or "synthetic-digits"
  std::string labels_origin;               ///< the file of the labels; often the same
  std::vector<std::string> column_names;   ///< of the features; empty: the source names none
  std::vector<std::int64_t> lines;         ///< 1-based line of each row; empty: no text file
  std::vector<std::string> warnings;       ///< what a user should know of what was read, one line each
  std::vector<std::string> index_columns;  ///< features that only number the rows, as data.exclude names them

  [[nodiscard]] bool holds_bytes() const { return features.index() == 1; }
  [[nodiscard]] bool holds_doubles() const { return features.index() == 2; }
};

/// "file.csv, line 7" or "labels.gz, row 6": where the label of `row` stands, for messages.
std::string place_of_label(const Table& table, std::int64_t row);

/// "feature width" or, where the source names none, "feature 3 (0-based)", for messages.
std::string name_of_feature(const Table& table, std::int64_t column);

/// Rows of a table, in this order. The table outlives it.
struct Selection {
  const Table* table = nullptr;
  std::vector<std::int64_t> rows;

  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(rows.size()); }
};

/// Every row, in the table's order.
Selection all_rows(const Table& table);

}  // namespace trawl
