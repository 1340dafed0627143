#pragma once

#include <vector>

#include "trawl/data/csv_layout.hpp"
#include "trawl/data/table.hpp"

namespace trawl {

/// Notes features that number the rows in `table.index_columns`, with a warning each: what pandas and R write
/// in front of a table, and columns named like it (id, index, row, ...) that count in equal steps. Trained
/// on, they give away the order of the rows. A column named so that only differs in every row is warned of,
/// and not noted: it may be a feature.
void note_index_columns(const CsvLayout& layout, Table& table);

}  // namespace trawl
