#include "trawl/data/csv_columns.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "trawl/base/error.hpp"
#include "trawl/data/csv_cells.hpp"
#include "trawl/data/input_file.hpp"
#include "trawl/data/table.hpp"

namespace trawl {
namespace {

/// A column while its table is read.
struct Watched {
  CsvColumn column;
  std::vector<bool> seen = std::vector<bool>(kMaxClasses);

  void add(std::string_view cell) {
    const std::optional<double> value = parse_number(cell);
    if (!value && column.text.empty()) column.text = cell.empty() ? "(empty)" : shown(cell);
    const bool is_whole =
        value && *value >= 0.0 && *value < static_cast<double>(kMaxClasses) && *value == std::floor(*value);
    column.is_whole = column.is_whole && is_whole;
    if (is_whole) seen[static_cast<std::size_t>(*value)] = true;
  }
  CsvColumn done() {
    column.n_values = std::count(seen.begin(), seen.end(), true);
    return std::move(column);
  }
};

bool is_header(const CsvCells& cells) {
  bool counts = true;
  for (std::size_t i = 0; i < cells.size(); ++i) counts = counts && cells[i] == std::to_string(i);
  return counts || !std::all_of(cells.begin(), cells.end(), is_number);
}

std::string in_lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool looks_like_labels(const CsvColumn& column) {
  constexpr std::int64_t kManyClasses = 100;
  return column.is_whole && column.n_values >= 2 && column.n_values <= kManyClasses;
}

}  // namespace

std::vector<CsvColumn> look_at_csv(const std::string& path) {
  InputFile file(path);
  LineReader lines(file);
  std::vector<Watched> columns;
  std::string_view line;
  for (CsvCells cells; lines.next(line);) {
    if (is_blank(line)) continue;
    split_csv_line(line, cells);
    const bool is_first = columns.empty();
    if (is_first) columns.resize(cells.size());
    if (is_first && is_header(cells)) {
      for (std::size_t i = 0; i < cells.size(); ++i) columns[i].column.name = std::string(cells[i]);
    } else if (cells.size() == columns.size()) {
      for (std::size_t i = 0; i < cells.size(); ++i) columns[i].add(cells[i]);
    }
  }
  if (columns.empty()) throw DataError(fmt::format("{}: holds no line with data", path));
  std::vector<CsvColumn> result;
  result.reserve(columns.size());
  for (Watched& column : columns) result.push_back(column.done());
  return result;
}

std::optional<std::size_t> likely_label(const std::vector<CsvColumn>& columns) {
  for (const char* custom :
       {"label", "labels", "class", "target", "y", "species", "category", "diagnosis", "outcome", "digit"}) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (in_lower_case(columns[i].name) == custom) return i;
    }
  }
  if (looks_like_labels(columns.back())) return columns.size() - 1;
  if (looks_like_labels(columns.front())) return 0;
  return std::nullopt;
}

}  // namespace trawl
