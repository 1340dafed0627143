// Reads a table of numbers.
#include "trawl/data/csv.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "trawl/base/error.hpp"
#include "trawl/base/host.hpp"
#include "trawl/data/csv_columns.hpp"
#include "trawl/data/csv_layout.hpp"
#include "trawl/data/csv_table.hpp"
#include "trawl/data/csv_words.hpp"
#include "trawl/data/index_columns.hpp"
#include "trawl/data/input_file.hpp"

namespace trawl {
namespace {

constexpr std::int64_t kRowsToJudgeBy = 64;

/// Reads one table; its members are what the first record decided.
class CsvReader {
 public:
  CsvReader(const std::string& path, const CsvChoice& choice) : file_(path), choice_(choice) {}

  Table read() {
    table_.origin = file_.path();
    table_.labels_origin = file_.path();
    if (!file_.next()) throw DataError(fmt::format("{}: holds no line with data", file_.path()));
    layout_ = layout_of(file_, choice_);
    table_.columns = std::ssize(layout_.features);
    if (!layout_.has_header) add_row();
    while (file_.next()) add_row();
    if (table_.rows == 0) throw DataError(fmt::format("{}: holds a header, but no rows", file_.path()));
    for (const std::size_t i : layout_.features) {
      if (layout_.has_header) table_.column_names.push_back(layout_.names[i]);
    }
    table_.features = std::move(features_);
    table_.warnings = layout_.warnings;
    if (is_first_row_odd()) {
      table_.warnings.push_back(fmt::format(
          "{}, line {}: taken for a row, and no other has its label {}; if it is a header, write words in "
          "place of the numbers",
          file_.path(), table_.lines[0], table_.labels[0]));
    }
    note_index_columns(layout_, table_);
    return std::move(table_);
  }

 private:
  /// True if the first row may be a header of numbers: its features are in equal steps, and its label, among
  /// few others, occurs nowhere else.
  [[nodiscard]] bool is_first_row_odd() const {
    constexpr std::int64_t kFewRows = 5;
    constexpr double kTolerance = 1e-9;
    if (layout_.has_header || !file_.first().is_sure || table_.rows < kFewRows || table_.columns < 2) {
      return false;
    }
    const auto& labels = table_.labels;
    if (std::count(labels.begin(), labels.end(), labels[0]) > 1) return false;
    const auto& values = std::get<std::vector<double>>(table_.features);
    const double step = values[1] - values[0];
    if (step == 0.0 || (table_.columns == 2 && std::abs(step) != 1.0)) return false;
    for (std::int64_t i = 2; i < table_.columns; ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (std::abs(values[at] - values[at - 1] - step) > kTolerance * std::abs(step)) return false;
    }
    return true;
  }

  void add_row() {
    if (file_.cells().size() != layout_.width) {
      throw DataError(fmt::format("{}, line {}: {} columns, the first line has {}; every line needs as many",
                                  file_.path(), file_.line(), file_.cells().size(), layout_.width));
    }
    if (table_.rows == kRowsToJudgeBy) reserve();
    for (const std::size_t i : layout_.features) features_.push_back(value_of(i));
    add_label(value_of(layout_.label));
    table_.lines.push_back(file_.line());
    ++table_.rows;
    require_memory(file_.path(), features_.size() * sizeof(double));
  }

  /// Room for the rows that the file will have, if they go on as they began: nothing is moved then.
  void reserve() {
    constexpr double kMargin = 1.05;
    const double share = file_.share_read();
    if (share <= 0.0) return;
    const auto rows = static_cast<std::size_t>(static_cast<double>(table_.rows) / share * kMargin);
    const std::size_t n_values = rows * layout_.features.size();
    if (n_values * sizeof(double) > memory_bytes() / 2) return;  // the first rows may be short ones
    features_.reserve(n_values);
    table_.lines.reserve(rows);
    table_.labels.reserve(rows);
  }

  [[nodiscard]] double value_of(std::size_t column) const {
    const std::optional<double> value = parse_number(file_.cells()[column]);
    if (!value || !std::isfinite(*value)) fail_cell(column, value);
    return *value;
  }

  void add_label(double value) {
    if (value < 0.0 || value >= static_cast<double>(kMaxClasses) || value != std::floor(value)) {
      throw DataError(
          fmt::format("{}, line {}, column {}: '{}' is no label; labels are whole numbers from 0 "
                      "to {}{}",
                      file_.path(), file_.line(), layout_.name_of(layout_.label),
                      shown(file_.cells()[layout_.label]), kMaxClasses - 1, label_advice(value)));
    }
    table_.labels.push_back(static_cast<std::int32_t>(value));
  }

  [[nodiscard]] std::string label_advice(double value) const {
    const std::string column = in_python(layout_, layout_.label);
    return fmt::format(
        "{}; number the classes, in pandas: df[{}] = df[{}].astype(\"category\").cat.codes",
        value == std::floor(value) ? "" : " (to learn real values, regression, is not offered)", column,
        column);
  }

  /// Of a column of words, it is the column that is wrong.
  [[noreturn]] void fail_cell(std::size_t i, const std::optional<double>& value) const {
    const std::vector<CsvColumn> columns = look_again();
    const std::string words = columns.empty() ? "" : word_columns(columns, layout_);
    if (!words.empty()) throw DataError(fmt::format("{}: {}", file_.path(), words));
    const std::string_view cell = file_.cells()[i];
    const char* what = cell.empty() ? "the cell is empty" : !value ? "is no number" : "is no finite number";
    const bool may_be_header = table_.rows == 0 && !layout_.has_header && !value && !cell.empty();
    throw DataError(fmt::format(
        "{}, line {}, column {}: {}{}; correct it or leave the row out{}{}", file_.path(), file_.line(),
        layout_.name_of(i), cell.empty() ? "" : fmt::format("'{}' ", shown(cell)), what, others_text(columns),
        may_be_header ? "; if this line is a header, set label_column to a name in it" : ""));
  }

  /// None where the file is a pipe, which is read once.
  [[nodiscard]] std::vector<CsvColumn> look_again() const {
    std::error_code error;
    if (!std::filesystem::is_regular_file(file_.path(), error)) return {};
    std::vector<CsvColumn> columns = look_at_csv(file_.path(), choice_.label_column);
    return columns.size() == layout_.width ? columns : std::vector<CsvColumn>{};
  }

  /// How much there is to correct beyond the first cell.
  [[nodiscard]] std::string others_text(const std::vector<CsvColumn>& columns) const {
    std::int64_t n_words = 0;
    for (const std::size_t i : layout_.features) n_words += columns.empty() ? 0 : columns[i].n_words;
    return n_words > 1 ? fmt::format(" ({} cells of the features are no numbers)", n_words) : "";
  }

  CsvTable file_;
  CsvChoice choice_;
  CsvLayout layout_;
  std::vector<double> features_;
  Table table_;
};

}  // namespace

Table read_csv(const std::string& path, const CsvChoice& choice) { return CsvReader(path, choice).read(); }

}  // namespace trawl
