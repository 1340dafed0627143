#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trawl {

/// A table of texts, its first row the names of the columns.
using TextTable = std::vector<std::vector<std::string>>;

/// Columns aligned: numbers to the right, words to the left; two spaces between. Cells as escaped_text()
/// writes them.
std::string as_aligned(TextTable table);
/// RFC 4180: quotes where a comma, a quote or a line end needs them. A text that a spreadsheet would take for
/// a formula (it begins with = + - @, a tab or a return, and is no number) gets an apostrophe in front; so
/// does one that begins like that behind apostrophes: whoever takes one off has the text again.
std::string csv_cell(std::string_view text);
/// Cells as csv_cell() writes them, commas between, a row a line.
std::string as_csv(const TextTable& table);
/// A JSON list of objects. Cells that are JSON numbers, true or false stay such, empty cells
/// and "nan" become null.
std::string as_json(const TextTable& table);

}  // namespace trawl
