// Decides which column is the label, and which are features.
#include "trawl/data/csv_layout.hpp"

#include <algorithm>
#include <optional>

#include "trawl/base/error.hpp"
#include "trawl/base/text.hpp"

namespace trawl {
namespace {

std::ptrdiff_t count_of(const CsvCells& cells, std::string_view name) {
  return std::count(cells.begin(), cells.end(), name);
}

/// Finds columns by the user's words.
class ColumnFinder {
 public:
  explicit ColumnFinder(const CsvTable& file, const CsvLayout& layout) : file_(file), layout_(layout) {}

  /// The 0-based number where it is one of this table, else a name. `key`: the user's, for messages.
  [[nodiscard]] std::vector<std::size_t> find(const std::string& word, const char* key) const {
    const std::optional<std::size_t> index = parse_index(word);
    if (index && *index < layout_.width) return {*index};
    std::vector<std::size_t> columns;
    for (std::size_t i = 0; i < layout_.names.size(); ++i) {
      if (layout_.names[i] == word) columns.push_back(i);
    }
    if (columns.empty()) fail_missing(word, key, index);
    return columns;
  }

 private:
  [[noreturn]] void fail_missing(const std::string& word, const char* key,
                                 const std::optional<std::size_t>& index) const {
    const std::string place = fmt::format("{}, line {}", file_.path(), file_.line());
    if (index) {
      throw DataError(fmt::format("{}: there is no column {} (0-based), only {} columns; set {} to 0 to {}",
                                  place, *index, layout_.width, key, layout_.width - 1));
    }
    if (layout_.has_header) {
      throw DataError(fmt::format("{}: no column is named '{}'; set {} to one of: {}", place, shown(word),
                                  key, list_names(file_.cells())));
    }
    throw DataError(fmt::format(
        "{}: no header, so no column is named '{}'; set {} to a 0-based number (the last column is {})",
        place, shown(word), key, layout_.width - 1));
  }

  const CsvTable& file_;
  const CsvLayout& layout_;
};

void find_label(const CsvTable& file, const CsvChoice& choice, CsvLayout& layout) {
  const std::vector<std::size_t> columns =
      ColumnFinder(file, layout).find(choice.label_column, "label_column");
  if (columns.size() > 1) {
    throw DataError(fmt::format(
        "{}, line {}: more than one column is named '{}'; set label_column to the 0-based number of "
        "the right one",
        file.path(), file.line(), shown(choice.label_column)));
  }
  layout.label = columns.front();
  const bool is_other_name = layout.has_header && count_of(file.cells(), choice.label_column) > 0 &&
                             layout.names[layout.label] != choice.label_column;
  if (!is_other_name) return;
  layout.warnings.push_back(fmt::format(
      "{}: label_column {} is taken for the 0-based number, which is the column named '{}'; another "
      "one is named '{}'",
      file.path(), choice.label_column, shown(layout.names[layout.label]), shown(choice.label_column)));
}

std::vector<bool> find_excluded(const CsvTable& file, const CsvChoice& choice, const CsvLayout& layout) {
  std::vector<bool> excluded(layout.width);
  for (const std::string& word : choice.exclude) {
    if (choice.may_lack_excluded && !parse_index(word) && count_of(file.cells(), word) == 0) continue;
    for (const std::size_t column : ColumnFinder(file, layout).find(word, "data.exclude")) {
      excluded[column] = true;
    }
  }
  if (!excluded[layout.label]) return excluded;
  throw DataError(
      fmt::format("{}, line {}: data.exclude names {}, the column of the labels; take it out of the "
                  "list, or name another label_column",
                  file.path(), file.line(), layout.name_of(layout.label)));
}

void find_features(const CsvTable& file, const CsvChoice& choice, CsvLayout& layout) {
  const std::vector<bool> excluded = find_excluded(file, choice, layout);
  for (std::size_t i = 0; i < layout.width; ++i) {
    if (i != layout.label && !excluded[i]) layout.features.push_back(i);
  }
  if (!layout.features.empty()) return;
  throw DataError(fmt::format("{}, line {}: data.exclude leaves no column for a feature; name fewer",
                              file.path(), file.line()));
}

/// A row that may be a header, or the other way round.
void warn_of_doubt(const CsvTable& file, CsvLayout& layout) {
  if (file.first().is_sure || layout.has_header != file.first().is_header) return;
  const std::string cells = list_names(file.cells());
  layout.warnings.push_back(
      layout.has_header
          ? fmt::format("{}, line {}: {}: taken for a header; if it is a row, put a line of names above it",
                        file.path(), file.line(), cells)
          : fmt::format(
                "{}, line {}: {}: taken for a row; if it is a header, write words in place of the numbers",
                file.path(), file.line(), cells));
}

}  // namespace

std::string CsvLayout::name_of(std::size_t column) const {
  if (names.empty()) return fmt::format("{} (0-based)", column);
  return names[column].empty() ? fmt::format("{} (0-based, without a name)", column) : shown(names[column]);
}

std::string CsvLayout::key_of(std::size_t column) const {
  if (names.empty()) return fmt::format("{}", column);
  const std::string& name = names[column];
  const bool is_usable = !name.empty() && is_printable(name) && name.find_first_of("\"\\") == name.npos &&
                         !parse_index(name) && std::count(names.begin(), names.end(), name) == 1;
  return is_usable ? name : fmt::format("{}", column);
}

bool has_header(const CsvTable& at_first_record, const std::string& label_column) {
  const CsvCells& cells = at_first_record.cells();
  if (at_first_record.first().is_header || label_column.empty()) return at_first_record.first().is_header;
  const std::optional<std::size_t> index = parse_index(label_column);
  const bool is_name = !index || (*index >= cells.size() && count_of(cells, label_column) > 0);
  return is_name && !std::all_of(cells.begin(), cells.end(), is_number);
}

CsvLayout layout_of(const CsvTable& at_first_record, const CsvChoice& choice) {
  const CsvCells& cells = at_first_record.cells();
  CsvLayout layout;
  layout.width = cells.size();
  layout.has_header = has_header(at_first_record, choice.label_column);
  if (layout.has_header) layout.names.assign(cells.begin(), cells.end());
  if (layout.width < 2) {
    throw DataError(
        fmt::format("{}, line {}: one column, a table needs features and a label; columns are "
                    "separated by commas",
                    at_first_record.path(), at_first_record.line()));
  }
  find_label(at_first_record, choice, layout);
  find_features(at_first_record, choice, layout);
  warn_of_doubt(at_first_record, layout);
  return layout;
}

}  // namespace trawl
