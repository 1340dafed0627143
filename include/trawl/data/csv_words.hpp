#pragma once

#include <string>
#include <vector>

#include "trawl/data/csv_columns.hpp"
#include "trawl/data/csv_layout.hpp"

namespace trawl {

/// Says which columns of a table, of the label and the features, hold words, and how they become numbers; ""
/// if there are none of them.
std::string word_columns(const std::vector<CsvColumn>& columns, const CsvLayout& layout);

/// How pandas names a column: "species", quoted, as in df["species"], or 4 of a table without a header.
std::string in_python(const CsvLayout& layout, std::size_t column);

}  // namespace trawl
