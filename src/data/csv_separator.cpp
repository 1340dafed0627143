// Refuses tables that are cut by something else than commas.
#include "trawl/data/csv_separator.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "trawl/base/error.hpp"
#include "trawl/data/csv_cells.hpp"

namespace trawl {
namespace {

using Lines = std::vector<std::string_view>;

struct Separator {
  char character;
  const char* name;
  const char* in_python;
};
constexpr std::array kSeparators = {
    Separator{';', "';'", "\";\""}, Separator{'\t', "tabs", "\"\\t\""},    Separator{'|', "'|'", "\"|\""},
    Separator{':', "':'", "\":\""}, Separator{' ', "blanks", "r\"\\s+\""},
};

Lines lines_of(std::string_view head) {
  Lines lines;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find('\n'), head.size());
    std::string_view line = head.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (!is_blank(line)) lines.push_back(line);
    head.remove_prefix(std::min(end + 1, head.size()));
  }
  return lines;
}

/// Cut at the character, outside of quotes. Blanks count once, and not at the ends.
std::vector<std::string> cut(std::string_view line, char separator) {
  std::vector<std::string> cells(1);
  bool is_quoted = false;
  for (const char c : line) {
    if (c == '"') {
      is_quoted = !is_quoted;
    } else if (c != separator || is_quoted) {
      cells.back() += c;
    } else if (separator != ' ' || !cells.back().empty()) {
      cells.emplace_back();
    }
  }
  if (separator == ' ' && cells.back().empty()) cells.pop_back();
  return cells;
}

/// "-0,5"
bool has_decimal_comma(const std::string& cell) {
  const std::size_t comma = cell.find(',');
  if (comma == std::string::npos || comma + 1 == cell.size()) return false;
  std::string plain = cell;
  plain[comma] = '.';
  return is_number(plain);
}

bool is_cell_of_numbers(const std::string& cell) {
  return cell.empty() || is_number(cell) || has_decimal_comma(cell);
}

/// What the lines look like when they are cut at a character.
struct Look {
  bool is_table = true;  ///< as many cells in every line, more than one, and rows with numbers in them
  bool has_header = false;
  bool has_decimal_commas = false;
};

Look look(const Lines& lines, char separator) {
  Look look;
  std::size_t width = 0;
  bool has_numbers = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::vector<std::string> cells = cut(lines[i], separator);
    if (i == 0) width = cells.size();
    look.is_table = look.is_table && cells.size() == width && width > 1;
    look.has_decimal_commas =
        look.has_decimal_commas || std::any_of(cells.begin(), cells.end(), has_decimal_comma);
    const auto n = std::count_if(cells.begin(), cells.end(), is_cell_of_numbers);
    if (i == 0 && lines.size() > 1) look.has_header = n < std::ssize(cells);
    if (i == 0 && lines.size() > 1) continue;
    has_numbers = has_numbers || n > 0;
    if (separator == ' ') look.is_table = look.is_table && n == std::ssize(cells);  // words have blanks, too
  }
  look.is_table = look.is_table && has_numbers;
  return look;
}

/// True if cutting at commas makes a table of the lines, whatever its cells are.
bool are_cut_by_commas(const Lines& lines, char other) {
  CsvRecord record;
  std::size_t width = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!record.split(lines[i])) return true;  // goes on in the next line
    if (i == 0) width = record.cells().size();
    if (record.cells().size() != width) return false;
    for (const std::string_view cell : record.cells()) {
      const bool is_glued = cell.find(other) != cell.npos && is_number(cell.substr(0, cell.find(other)));
      if (i > 0 && is_glued) return false;  // "12;-0" of "0,12;-0,5"
    }
  }
  return width > 1;
}

}  // namespace

void refuse_other_separators(const std::string& path, std::string_view head) {
  const Lines lines = lines_of(head);
  if (lines.empty()) return;
  if (lines[0].substr(0, 4) == "sep=") {
    throw DataError(
        fmt::format("{}: the first line, {}, is for Excel alone; leave it out", path, shown(lines[0])));
  }
  const auto commas = [](std::string_view line) { return std::count(line.begin(), line.end(), ','); };
  const bool is_comment = lines[0][0] == '#' && lines.size() > 1 && commas(lines[0]) != commas(lines[1]);
  if (is_comment) {
    throw DataError(
        fmt::format("{}: the first line, {}, is a comment, and no line of the table; leave it out", path,
                    shown(lines[0])));
  }
  for (const Separator& separator : kSeparators) {
    if (lines.back().find(separator.character) == std::string_view::npos) continue;
    const Look found = look(lines, separator.character);
    if (!found.is_table || are_cut_by_commas(lines, separator.character)) continue;
    const bool decimals = found.has_decimal_commas;
    throw DataError(fmt::format(
        "{}: cells are separated by {}{}, where commas{} are read; write it anew, in pandas: pd.read_csv(f, "
        "sep={}{}{}).to_csv(new, {}index=False)",
        path, separator.name, decimals ? ", with decimal commas" : "", decimals ? " and decimal points" : "",
        separator.in_python, decimals ? ", decimal=\",\"" : "", found.has_header ? "" : ", header=None",
        found.has_header ? "" : "header=False, "));
  }
}

}  // namespace trawl
