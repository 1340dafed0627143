#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "trawl/data/csv.hpp"
#include "trawl/data/csv_table.hpp"

namespace trawl {

/// What the columns of a table are for. The one place where this is decided: reading and `trawl init` agree.
struct CsvLayout {
  bool has_header = false;
  std::vector<std::string> names;     ///< of all columns; empty without a header
  std::size_t width = 0;              ///< columns, all of them
  std::size_t label = 0;              ///< of them
  std::vector<std::size_t> features;  ///< the others, without the excluded ones
  std::vector<std::string> warnings;  ///< where it is in doubt

  /// "width", or "3 (0-based)" where the columns have no names; for messages.
  [[nodiscard]] std::string name_of(std::size_t column) const;
  /// How `data.exclude` names it, as YAML: its name, or its number where the name is none of its own.
  [[nodiscard]] std::string key_of(std::size_t column) const;
};

/// True if the first record names the columns: by itself, or as `label_column` is a name and not all of its
/// cells are numbers. `label_column` may be "".
bool has_header(const CsvTable& at_first_record, const std::string& label_column);

/// `file` has read its first record. Throws DataError if a column is not there, is named twice, or is both
/// the label and excluded, or if no feature is left.
CsvLayout layout_of(const CsvTable& at_first_record, const CsvChoice& choice);

}  // namespace trawl
