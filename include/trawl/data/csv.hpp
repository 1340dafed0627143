#pragma once

#include <string>

#include "trawl/data/table.hpp"

namespace trawl {

/// A table of numbers, comma-separated, one row a line, plain or gzip (told by content).
/// Cells may stand in double quotes and between spaces; empty lines are skipped.
/// `label_column` names a column of the header or counts columns from 0; all others are
/// features, in the order of the file. The first line is a header if `label_column`
/// is a name, if no cell of it is a number, or if the cells are 0, 1, 2, ... (columns that were
/// never named).
/// Throws DataError, naming line and column, for a cell that is no finite float32, a line with
/// more or fewer cells than the first, a label that is no whole number in [0, kMaxClasses), or
/// a label column that is not there.
Table read_csv(const std::string& path, const std::string& label_column);

}  // namespace trawl
