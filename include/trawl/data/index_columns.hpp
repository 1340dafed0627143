#pragma once

#include <cstdint>
#include <vector>

#include "trawl/data/csv_layout.hpp"
#include "trawl/data/table.hpp"

namespace trawl {

/// Notes features that number the rows in `table.index_columns`, with a warning each: what pandas and R write
/// in front of a table, and columns named like it (id, index, row, ...) that count in equal steps. Trained
/// on, they give away the order of the rows. A column named so that only differs in every row is warned of,
/// and not noted: it may be a feature. So is one of any name that counts from 0 or 1 on over many rows.
void note_index_columns(const CsvLayout& layout, Table& table);

/// Features of a table without names that count the rows: 0, 1, 2, ... or 1, 2, 3, ..., and in more than a
/// few rows any equal steps. Empty if all do: then they are what there is to train on.
std::vector<std::int64_t> counting_features(const Table& table);

}  // namespace trawl
