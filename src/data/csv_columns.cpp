// Looks at every column of a table that nobody has described yet.
#include "trawl/data/csv_columns.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string_view>
#include <unordered_set>

#include <fmt/format.h>

#include "trawl/base/error.hpp"
#include "trawl/data/csv_cells.hpp"
#include "trawl/data/csv_layout.hpp"
#include "trawl/data/csv_table.hpp"
#include "trawl/data/table.hpp"

namespace trawl {
namespace {

/// "0,12", which a comma in quotes or another separator leaves whole.
bool is_decimal_comma(std::string_view cell) {
  const std::size_t comma = cell.find(',');
  if (comma == cell.npos || cell.size() > 40) return false;
  std::string plain(cell);
  plain[comma] = '.';
  return is_number(plain);
}

/// "12%", "1,234.5", "$5"
bool is_marked_number(std::string_view cell) {
  std::string plain;
  for (const char c : cell.substr(0, 40)) {
    const bool is_mark =
        c == ',' || c == '%' || c == '$' || c == ' ' || static_cast<unsigned char>(c) >= 0x80;
    if (!is_mark) plain += c;
  }
  return is_number(plain);
}

/// A column while its table is read.
struct Watched {
  CsvColumn column;
  std::unordered_set<std::size_t> different;  // words, by their hashes
  std::vector<bool> seen = std::vector<bool>(kMaxClasses);

  void add(std::string_view cell) {
    const std::optional<double> value = parse_number(cell);
    if (!cell.empty()) ++column.n_cells;
    if (!value && !cell.empty()) add_word(cell);
    const bool is_whole =
        value && *value >= 0.0 && *value < static_cast<double>(kMaxClasses) && *value == std::floor(*value);
    column.is_whole = column.is_whole && is_whole;
    if (is_whole) seen[static_cast<std::size_t>(*value)] = true;
  }
  void add_word(std::string_view cell) {
    constexpr std::size_t kMostCounted = 1 << 20;
    if (different.size() < kMostCounted) different.insert(std::hash<std::string_view>()(cell));
    constexpr std::size_t kKept = 3;
    ++column.n_words;
    column.are_decimals = column.are_decimals && is_decimal_comma(cell);
    column.are_marked = column.are_marked && is_marked_number(cell);
    if (column.words.size() == kKept) return;
    const std::string word = shown(cell);
    const bool is_new = std::find(column.words.begin(), column.words.end(), word) == column.words.end();
    if (is_new) column.words.push_back(word);
  }
  CsvColumn done() {
    column.n_different_words = std::ssize(different);
    column.n_values = std::count(seen.begin(), seen.end(), true);
    return std::move(column);
  }
};

bool looks_like_labels(const CsvColumn& column) {
  constexpr std::int64_t kManyClasses = 100;
  return column.is_whole && column.n_values >= 2 && column.n_values <= kManyClasses;
}

}  // namespace

std::vector<CsvColumn> look_at_csv(const std::string& path, const std::string& label_column) {
  CsvTable file(path);
  if (!file.next()) throw DataError(fmt::format("{}: holds no line with data", path));
  std::vector<Watched> columns(file.cells().size());
  bool is_header = has_header(file, label_column);
  for (std::size_t i = 0; is_header && i < columns.size(); ++i) {
    columns[i].column.name = std::string(file.cells()[i]);
  }
  do {
    const CsvCells& cells = file.cells();
    for (std::size_t i = 0; !is_header && cells.size() == columns.size() && i < cells.size(); ++i) {
      columns[i].add(cells[i]);
    }
    is_header = false;
  } while (file.next());
  std::vector<CsvColumn> result;
  result.reserve(columns.size());
  for (Watched& column : columns) result.push_back(column.done());
  return result;
}

std::optional<std::size_t> likely_label(const std::vector<CsvColumn>& columns) {
  std::optional<std::size_t> best;
  std::optional<std::size_t> best_rank;
  std::optional<std::size_t> named;
  constexpr std::size_t kSureNames = 4;  // label, labels, class, target
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::optional<std::size_t> rank = label_rank(columns[i].name);
    // Where the name is sure or the cells are words, the user hears what is wrong with them.
    const bool may_be = columns[i].is_whole || columns[i].holds_words() || (rank && *rank < kSureNames);
    if (rank && !named) named = i;
    if (!rank || !may_be || (best_rank && *best_rank <= *rank)) continue;
    best = i;
    best_rank = rank;
  }
  if (best) return best;
  if (looks_like_labels(columns.back())) return columns.size() - 1;
  if (looks_like_labels(columns.front())) return 0;
  return named;
}

}  // namespace trawl
