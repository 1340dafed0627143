#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trawl {

/// Of one record; views into it.
using CsvCells = std::vector<std::string_view>;

/// True if nothing but blanks stands in the line.
bool is_blank(std::string_view line);

/// More columns are taken for a line that is none of a table.
constexpr std::size_t kMaxColumns = 1'000'000;

/// A record of a table, as RFC 4180 has them: a line, or lines with their ends inside of double quotes.
class CsvRecord {
 public:
  /// Cuts at commas outside of quotes; blanks and quotes around a cell are left out, and "" inside of quotes
  /// is one quote. Of a text with more than kMaxColumns there is one cell more than these. False if a quote
  /// is open at the end: the cells are then none. `text` outlives the cells.
  bool split(std::string_view text);

  [[nodiscard]] const CsvCells& cells() const { return cells_; }
  [[nodiscard]] std::size_t n_quoted() const { return n_quoted_; }

 private:
  bool split_quoted(std::string_view text, std::size_t& at);

  CsvCells cells_;
  std::deque<std::string> unquoted_;  // what cells with "" inside of them say
  std::size_t n_quoted_ = 0;
};

/// The whole cell as a number, which may be NaN or infinite; none if it is not one.
/// A number beyond double is taken for infinite, one closer to zero than double can tell for zero.
std::optional<double> parse_number(std::string_view cell);
bool is_number(std::string_view cell);

/// A column counted from 0; none if the text is no whole number.
std::optional<std::size_t> parse_index(std::string_view text);

/// For messages: at most 40 bytes, printable ones.
std::string shown(std::string_view cell);

/// For messages: the names, those in the middle left out if they are many.
std::string list_names(const CsvCells& names);

}  // namespace trawl
