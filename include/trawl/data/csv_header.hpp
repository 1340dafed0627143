#pragma once

#include <string>
#include <string_view>

#include "trawl/data/csv_cells.hpp"

namespace trawl {

/// What the first record of a table is, told by itself and the second one.
struct FirstRecord {
  bool is_header = false;
  bool is_sure = true;
};

/// A header: no cell is a number; or numbers are names: quoted above rows that are not, counting the columns
/// (0, 1, 2, ... or 1, 2, 3, ..., or behind an empty cell, as pandas writes), in equal steps (2019, 2020,
/// 2021) above rows that have none, or among words above numbers. `head`: the beginning of the file, of any
/// number of lines.
FirstRecord judge_first_record(std::string_view head);
FirstRecord judge_first_record(const CsvRecord& first, const CsvRecord& second);

}  // namespace trawl
