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
  std::int64_t n_cells = 0;   ///< empty ones are not counted
  std::int64_t n_words = 0;   ///< of these, the ones that are no number
  std::int64_t n_different_words = 0;
  std::vector<std::string> words;  ///< the first of them, each once
  bool are_decimals = true;        ///< all of them are numbers with decimal commas

  bool are_marked = true;  ///< all of them are numbers but for marks: '12%', '1,234.5', '$5'

  /// True if words are what the column holds, and not a mistake here and there.
  [[nodiscard]] bool holds_words() const { return n_words > n_cells / 2; }
  /// True if no row has a cell: what a comma at the end of every line makes.
  [[nodiscard]] bool is_empty() const { return n_cells == 0; }
  /// True if words are names of the rows and no categories.
  [[nodiscard]] bool names_rows() const {
    constexpr std::int64_t kFewRows = 20;
    return holds_words() && !are_decimals && !are_marked && n_words >= kFewRows &&
           n_different_words * 10 > n_words * 8;
  }
};

/// A look at a CSV table before anyone has said which column holds the labels: every line is read, lines
/// of another length than the first are passed over. `label_column` may be "".
/// Throws DataError if the file cannot be read, is no table or holds no line.
std::vector<CsvColumn> look_at_csv(const std::string& path, const std::string& label_column);

/// The column that most likely holds the labels: one with a customary name (label, class, target, ...), else
/// the last or the first one where its values are whole numbers and not too many. One named label or so is
/// likely whatever it holds: reading says what is wrong with it. None if no column is likely.
std::optional<std::size_t> likely_label(const std::vector<CsvColumn>& columns);

}  // namespace trawl
