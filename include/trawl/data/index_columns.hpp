#pragma once

#include <vector>

#include "trawl/data/csv_layout.hpp"
#include "trawl/data/table.hpp"

namespace trawl {

/// Notes features that number the rows in `table.index_columns`, with a warning each: what pandas and R write
/// in front of a table, and columns named like it (id, index, row, ...). Trained on, they give away the order
/// of the rows.
void note_index_columns(const CsvLayout& layout, Table& table);

}  // namespace trawl
