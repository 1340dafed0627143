#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trawl {

/// Of one line; views into it.
using CsvCells = std::vector<std::string_view>;

/// True if nothing but blanks stands in the line.
bool is_blank(std::string_view line);

/// More columns are taken for a line that is none of a table.
constexpr std::size_t kMaxColumns = 1'000'000;

/// Cuts at commas outside double quotes; blanks and quotes around a cell are left out. Of a line with more
/// than kMaxColumns there is one cell more than these.
void split_csv_line(std::string_view line, CsvCells& cells);

/// The whole cell as a number, which may be NaN or infinite; none if it is not one.
/// A number beyond double is taken for infinite, one closer to zero than double can tell for zero.
std::optional<double> parse_number(std::string_view cell);
bool is_number(std::string_view cell);

/// A column counted from 0; none if the text is no whole number.
std::optional<std::size_t> parse_index(const std::string& text);

/// For messages: at most 40 bytes, printable ones.
std::string shown(std::string_view cell);

/// For messages: the names, those in the middle left out if they are many.
std::string list_names(const CsvCells& names);

}  // namespace trawl
