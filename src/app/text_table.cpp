// Writes rows aligned, as CSV or as JSON.
#include "trawl/app/text_table.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "trawl/base/text.hpp"

namespace trawl {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_number(const std::string& cell) {
  if (cell.empty() || std::isspace(static_cast<unsigned char>(cell[0])) != 0) return false;
  char* end = nullptr;
  std::strtod(cell.c_str(), &end);
  return *end == '\0';
}

// JSON knows no nan, no inf, no hexadecimal, no leading zeros and no dot without digits on both sides.
bool is_json_number(const std::string& cell) {
  const bool digits_only = cell.find_first_not_of("0123456789+-.eE") == std::string::npos;
  if (!is_number(cell) || !digits_only || cell.front() == '+') return false;
  const std::size_t first = cell.front() == '-' ? 1 : 0;
  const std::size_t end = std::min(cell.find_first_not_of("0123456789", first), cell.size());
  const bool leads_with_zero = cell[first] == '0' && end > first + 1;
  const bool dot_without_digits =
      end < cell.size() && cell[end] == '.' && (end + 1 == cell.size() || !is_digit(cell[end + 1]));
  return end > first && !leads_with_zero && !dot_without_digits;
}

// What escaped_text() escapes is escaped here too, as JSON does it; no byte that is not UTF-8 stays.
std::string json_text(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::size_t n = utf8_sequence(text);
    const std::string_view sequence = text.substr(0, std::max<std::size_t>(n, 1));
    if (n == 0) {
      out += "\\ufffd";
    } else if (n == 1 && is_hidden(sequence)) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(sequence[0]));
    } else {
      if (sequence == "\"" || sequence == "\\") out += '\\';
      out += is_hidden(sequence) ? escaped_text(sequence) : sequence;
    }
    text.remove_prefix(sequence.size());
  }
  return out + '"';
}

std::string json_cell(const std::string& cell) {
  if (cell.empty() || cell == "nan") return "null";
  return is_json_number(cell) || cell == "true" || cell == "false" ? cell : json_text(cell);
}

// Would a spreadsheet take the cell for a formula? With apostrophes in front too, so that one can be taken
// off again.
bool may_be_run(std::string_view cell) {
  const std::size_t first = cell.find_first_not_of('\'');
  if (first == std::string_view::npos ||
      std::string_view("=+-@\t\r").find(cell[first]) == std::string_view::npos)
    return false;
  return first > 0 || !is_number(std::string(cell));
}

struct Column {
  std::size_t width = 0;
  bool to_the_right = true;
};

std::vector<Column> measure(const TextTable& table) {
  std::vector<Column> columns(table.front().size());
  for (std::size_t row = 0; row < table.size(); ++row) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string& cell = table[row][i];
      columns[i].width = std::max(columns[i].width, cell.size());
      if (row > 0 && !cell.empty() && !is_number(cell)) columns[i].to_the_right = false;
    }
  }
  return columns;
}

}  // namespace

std::string csv_cell(std::string_view text) {
  std::string cell = (may_be_run(text) ? "'" : "") + std::string(text);
  if (cell.find_first_of(",\"\n\r") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

std::string as_aligned(TextTable table) {
  for (auto& row : table) {
    for (std::string& cell : row) cell = escaped_text(cell);
  }
  const std::vector<Column> columns = measure(table);
  std::string text;
  for (const auto& row : table) {
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string gap = i == 0 ? "" : "  ";
      line += columns[i].to_the_right ? fmt::format("{}{:>{}}", gap, row[i], columns[i].width)
                                      : fmt::format("{}{:<{}}", gap, row[i], columns[i].width);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string as_csv(const TextTable& table) {
  std::string text;
  for (const auto& row : table) {
    for (std::size_t i = 0; i < row.size(); ++i) text += (i == 0 ? "" : ",") + csv_cell(row[i]);
    text += '\n';
  }
  return text;
}

std::string as_json(const TextTable& table) {
  std::string text = "[";
  for (std::size_t row = 1; row < table.size(); ++row) {
    text += row == 1 ? "\n  {" : ",\n  {";
    for (std::size_t i = 0; i < table[row].size(); ++i) {
      text += fmt::format("{}{}: {}", i == 0 ? "" : ", ", json_text(table[0][i]), json_cell(table[row][i]));
    }
    text += '}';
  }
  return text + "\n]\n";
}

}  // namespace trawl
