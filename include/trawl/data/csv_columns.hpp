#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace trawl {

/// What a column of a CSV table could be.
struct CsvColumn {
  std::string name;           ///< of the header; "" without one
  bool is_whole = true;       ///< every value is a whole number in [0, kMaxClasses)
  std::int64_t n_values = 0;  ///< how many of those there are, each counted once
  std::string text;           ///< the first cell that is no number; "" if all are
};

/// A look at a CSV table before anyone has said which column holds the labels: every line is read, lines
/// of another length than the first are passed over. A first line with a cell that is no number is taken
/// for a header, and one that counts its columns, 0, 1, 2, ....
/// Throws DataError if the file cannot be read or holds no line.
std::vector<CsvColumn> look_at_csv(const std::string& path);

/// The column that most likely holds the labels: one with a customary name (label, class, target, ...), else
/// the last or the first one where its values are whole numbers and not too many. None if no column is
/// likely.
std::optional<std::size_t> likely_label(const std::vector<CsvColumn>& columns);

}  // namespace trawl
