#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trawl {

/// A table of texts, its first row the names of the columns.
using TextTable = std::vector<std::vector<std::string>>;

/// Columns aligned: numbers to the right, words to the left; two spaces between.
std::string as_aligned(const TextTable& table);
/// RFC 4180: quotes where a comma, a quote or a line end needs them.
std::string csv_cell(std::string_view cell);
/// Cells as csv_cell() writes them, commas between, a row a line.
std::string as_csv(const TextTable& table);
/// A JSON list of objects. Cells that are JSON numbers, true or false stay such, empty cells
/// and "nan" become null.
std::string as_json(const TextTable& table);

}  // namespace trawl
