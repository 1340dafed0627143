#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "trawl/data/csv_cells.hpp"

namespace trawl {

/// What the first record of a table is, told by itself and the second one.
struct FirstRecord {
  bool is_header = false;
  bool is_sure = true;
};

/// How sure a name is that of a column of labels, in any case: 0 for `label`, more for class, target, ...;
/// none for other names.
std::optional<std::size_t> label_rank(std::string_view name);

/// A header: no cell is a number; or numbers are names: quoted above rows that are not, counting the columns
/// (0, 1, 2, ... or 1, 2, 3, ..., or behind an empty cell, as pandas writes), in equal steps (2019, 2020,
/// 2021) above rows that have none, or among words above numbers, or beside the name of a label. `head`: the
/// beginning of the file, of any number of lines.
FirstRecord judge_first_record(std::string_view head);
FirstRecord judge_first_record(const CsvRecord& first, const CsvRecord& second);

}  // namespace trawl
