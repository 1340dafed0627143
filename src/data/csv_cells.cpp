#include "trawl/data/csv_cells.hpp"

#include <charconv>
#include <cstdlib>
#include <system_error>

#include "trawl/base/text.hpp"

namespace trawl {
namespace {

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view unquote(std::string_view cell) {
  const bool quoted = cell.size() >= 2 && cell.front() == '"' && cell.back() == '"';
  return quoted ? cell.substr(1, cell.size() - 2) : cell;
}

}  // namespace

bool is_blank(std::string_view line) { return trim(line).empty(); }

void split_csv_line(std::string_view line, CsvCells& cells) {
  cells.clear();
  std::size_t start = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] != ',' || quoted) continue;
    cells.push_back(unquote(trim(line.substr(start, i - start))));
    start = i + 1;
    if (cells.size() == kMaxColumns) break;
  }
  cells.push_back(unquote(trim(line.substr(start))));
}

std::optional<double> parse_number(std::string_view cell) {
  if (!cell.empty() && cell.front() == '+') cell.remove_prefix(1);
  double value = 0.0;
  const auto [end, code] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (cell.empty() || end != cell.data() + cell.size()) return std::nullopt;
  // Too large or too small: std::from_chars does not say which, strtod() does.
  if (code == std::errc::result_out_of_range) return std::strtod(std::string(cell).c_str(), nullptr);
  return code == std::errc() ? std::optional(value) : std::nullopt;
}

bool is_number(std::string_view cell) { return parse_number(cell).has_value(); }

std::optional<std::size_t> parse_index(const std::string& text) {
  std::size_t index = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return index;
}

std::string shown(std::string_view cell) { return shown_text(cell, 40); }

std::string list_names(const CsvCells& names) {
  constexpr std::size_t kShown = 6;  // at either end
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names.size() > 2 * kShown && i == kShown) {
      list += ", ...";
      i = names.size() - kShown;
    }
    if (i > 0) list += ", ";
    list += shown(names[i]);
  }
  return list;
}

}  // namespace trawl
