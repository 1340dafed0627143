// Cuts a record into its cells, and reads the numbers in them.
#include "trawl/data/csv_cells.hpp"

#include <algorithm>
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

}  // namespace

bool is_blank(std::string_view line) { return trim(line).empty(); }

bool CsvRecord::split(std::string_view text) {
  cells_.clear();
  unquoted_.clear();
  n_quoted_ = 0;
  for (std::size_t at = 0; cells_.size() <= kMaxColumns; ++at) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
    if (at < text.size() && text[at] == '"') {
      if (!split_quoted(text, at)) return false;
    } else {
      const std::size_t end = std::min(text.find(',', at), text.size());
      cells_.push_back(trim(text.substr(at, end - at)));
      at = end;
    }
    if (at >= text.size()) return true;
  }
  return true;
}

/// From the opening quote at `at` to the comma behind the cell, or the end.
bool CsvRecord::split_quoted(std::string_view text, std::size_t& at) {
  const std::size_t first = at + 1;
  std::size_t close = text.find('"', first);
  bool has_quotes = false;
  while (close != text.npos && close + 1 < text.size() && text[close + 1] == '"') {
    has_quotes = true;
    close = text.find('"', close + 2);
  }
  if (close == text.npos) {
    cells_.clear();
    return false;
  }
  const std::size_t end = std::min(text.find(',', close), text.size());
  const std::string_view behind = trim(text.substr(close + 1, end - close - 1));
  // "5" inch: no quoted cell, though it begins like one.
  const std::string_view cell =
      behind.empty() ? text.substr(first, close - first) : trim(text.substr(at, end - at));
  if (behind.empty()) ++n_quoted_;
  if (behind.empty() && has_quotes) {
    std::string& plain = unquoted_.emplace_back(cell);
    for (std::size_t i = plain.find("\"\""); i != plain.npos; i = plain.find("\"\"", i + 1))
      plain.erase(i, 1);
    cells_.emplace_back(plain);
  } else {
    cells_.push_back(cell);
  }
  at = end;
  return true;
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

std::optional<std::size_t> parse_index(std::string_view text) {
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
    list += names[i].empty() ? fmt::format("{} (without a name)", i) : shown(names[i]);
  }
  return list;
}

}  // namespace trawl
