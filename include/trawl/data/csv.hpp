#pragma once

#include <string>
#include <vector>

#include "trawl/data/table.hpp"

namespace trawl {

/// What a user says about a table. A column is a name in the header or counted from 0.
struct CsvChoice {
  std::string label_column;
  std::vector<std::string> exclude = {};  ///< columns that are no features
  bool may_lack_excluded = false;         ///< named ones need not be there: a table of test rows
};

/// A table of numbers, comma-separated, one row a line, plain or gzip (told by content).
/// Cells may stand in double quotes (as of RFC 4180) and between spaces; empty lines are skipped.
/// All columns but the label and the excluded ones are features, in the order of the file; what excluded
/// ones hold does not matter. Whether the first line is a header: judge_first_record(), or `label_column`
/// is one of its words.
/// Throws DataError, naming line and column, for a cell that is no finite number, a line with
/// more or fewer cells than the first, a label that is no whole number in [0, kMaxClasses), or
/// a column that is not there; naming the columns that hold words; or saying what the file is that is no
/// table.
Table read_csv(const std::string& path, const CsvChoice& choice);

}  // namespace trawl
