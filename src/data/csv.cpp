#include "trawl/data/csv.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "trawl/base/error.hpp"
#include "trawl/data/csv_cells.hpp"
#include "trawl/data/input_file.hpp"

namespace trawl {
namespace {

/// Reads one table; its members are what the first line decided.
class CsvReader {
 public:
  CsvReader(const std::string& path, const std::string& label_column)
      : file_(path), lines_(file_), label_column_(label_column) {}

  Table read() {
    table_.origin = file_.path();
    table_.labels_origin = file_.path();
    if (!next_line()) throw DataError(fmt::format("{}: holds no line with data", file_.path()));
    check_text();
    width_ = cells_.size();
    if (!read_header()) add_row();
    if (width_ < 2) fail_one_column();
    while (next_line()) add_row();
    if (table_.rows == 0) throw DataError(fmt::format("{}: holds a header, but no rows", file_.path()));
    table_.columns = static_cast<std::int64_t>(width_) - 1;
    table_.features = std::move(features_);
    return std::move(table_);
  }

 private:
  bool next_line() {
    do {
      if (!lines_.next(line_)) return false;
    } while (is_blank(line_));
    split_csv_line(line_, cells_);
    if (cells_.size() <= kMaxColumns) return true;
    throw DataError(fmt::format("{}, line {}: more than {} columns; is it a table with a row a line?",
                                file_.path(), lines_.number(), kMaxColumns));
  }

  void check_text() const {
    if (line_.find('\0') == std::string_view::npos) return;
    throw DataError(
        fmt::format("{}: no text file, so no CSV table; for IDX files use source: idx", file_.path()));
  }

  [[noreturn]] void fail_one_column() const {
    throw DataError(
        fmt::format("{}, line {}: one column, a table needs features and a label; columns are "
                    "separated by commas",
                    file_.path(), lines_.number()));
  }

  /// True if the first line names the columns; finds the label column either way.
  bool read_header() {
    const auto named = std::find(cells_.begin(), cells_.end(), label_column_);
    const std::optional<std::size_t> index = parse_index(label_column_);
    const bool all_numbers = std::all_of(cells_.begin(), cells_.end(), is_number);
    const bool by_name = !all_numbers && (!index || (*index >= width_ && named != cells_.end()));
    if (by_name) {
      take_label_by_name();
    } else {
      if (!index) fail_no_header();
      take_label_by_index(*index);
    }
    const bool no_numbers = std::none_of(cells_.begin(), cells_.end(), is_number);
    if (!by_name && !no_numbers && !are_own_indices()) return false;
    for (std::size_t i = 0; i < width_; ++i) {
      (i == label_ ? label_name_ : table_.column_names.emplace_back()) = std::string(cells_[i]);
    }
    return true;
  }

  /// "0,1,2,3": what pandas writes above columns that were never named.
  [[nodiscard]] bool are_own_indices() const {
    for (std::size_t i = 0; i < width_; ++i) {
      if (cells_[i] != std::to_string(i)) return false;
    }
    return true;
  }

  void take_label_by_name() {
    const auto named = std::find(cells_.begin(), cells_.end(), label_column_);
    if (named == cells_.end()) {
      throw DataError(fmt::format("{}, line {}: no column is named '{}'; set label_column to one of: {}",
                                  file_.path(), lines_.number(), shown(label_column_), list_names(cells_)));
    }
    if (std::count(cells_.begin(), cells_.end(), label_column_) > 1) {
      throw DataError(
          fmt::format("{}, line {}: more than one column is named '{}'; set label_column to the "
                      "0-based number of the right one",
                      file_.path(), lines_.number(), shown(label_column_)));
    }
    label_ = static_cast<std::size_t>(named - cells_.begin());
  }

  void take_label_by_index(std::size_t index) {
    if (index >= width_) {
      throw DataError(
          fmt::format("{}, line {}: there is no column {} (0-based), only {} columns; set "
                      "label_column to 0 to {}",
                      file_.path(), lines_.number(), index, width_, width_ - 1));
    }
    label_ = index;
  }

  [[noreturn]] void fail_no_header() const {
    throw DataError(
        fmt::format("{}, line {}: no header, so no column is named '{}'; set label_column to a "
                    "0-based number (the last column is {})",
                    file_.path(), lines_.number(), shown(label_column_), width_ - 1));
  }

  void add_row() {
    if (cells_.size() != width_) {
      throw DataError(fmt::format("{}, line {}: {} columns, the first line has {}; every line needs as many",
                                  file_.path(), lines_.number(), cells_.size(), width_));
    }
    for (std::size_t i = 0; i < width_; ++i) {
      const std::optional<double> value = parse_number(cells_[i]);
      if (!value || !std::isfinite(*value)) fail_cell(i, value);
      if (i == label_) {
        add_label(*value);
      } else {
        features_.push_back(*value);
      }
    }
    table_.lines.push_back(lines_.number());
    ++table_.rows;
    require_memory(file_.path(), features_.size() * sizeof(double));
  }

  void add_label(double value) {
    if (value < 0.0 || value >= static_cast<double>(kMaxClasses) || value != std::floor(value)) {
      throw DataError(fmt::format(
          "{}, line {}, column {}: '{}' is no label; labels are whole numbers from 0 "
          "to {}",
          file_.path(), lines_.number(), name_of(label_), shown(cells_[label_]), kMaxClasses - 1));
    }
    table_.labels.push_back(static_cast<std::int32_t>(value));
  }

  [[noreturn]] void fail_cell(std::size_t i, const std::optional<double>& value) const {
    const char* what = cells_[i].empty() ? "the cell is empty"
                       : !value          ? "is no number"
                                         : "is no finite number";
    const std::string cell = cells_[i].empty() ? "" : fmt::format("'{}' ", shown(cells_[i]));
    const bool is_first_line = table_.rows == 0 && table_.column_names.empty();
    const bool may_be_header = is_first_line && !value && !cells_[i].empty();
    const char* advice = may_be_header ? "; if this line is a header, set label_column to a name in it" : "";
    throw DataError(fmt::format("{}, line {}, column {}: {}{}; correct it or leave the row out{}",
                                file_.path(), lines_.number(), name_of(i), cell, what, advice));
  }

  [[nodiscard]] std::string name_of(std::size_t i) const {
    if (table_.column_names.empty()) return fmt::format("{} (0-based)", i);
    if (i == label_) return shown(label_name_);
    return shown(table_.column_names[i < label_ ? i : i - 1]);
  }

  InputFile file_;
  LineReader lines_;
  std::string label_column_;
  std::string_view line_;
  CsvCells cells_;
  std::size_t width_ = 0;
  std::size_t label_ = 0;
  std::string label_name_;
  std::vector<double> features_;
  Table table_;
};

}  // namespace

Table read_csv(const std::string& path, const std::string& label_column) {
  return CsvReader(path, label_column).read();
}

}  // namespace trawl
