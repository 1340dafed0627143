#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trawl/data/prepare_data.hpp"
#include "trawl/data/prepared_data.hpp"
#include "trawl/data/table.hpp"
#include "trawl/data/write_prepared.hpp"

namespace trawl {

/// The highest label + 1. Throws DataError if every label is the same.
std::int64_t count_classes(const Table& train);

/// "0, 3 to 9, 12": the numbers in order, those of three or more in a row as a range; "and 5 more" in place
/// of what is past the first few.
std::string list_numbers(const std::vector<std::int64_t>& numbers);

/// What a user should know before anything is trained: classes that occur nowhere or in one part only,
/// bytes that are next to nothing after the scaling, differences that are lost in float32.
void add_warnings(const DataDefinition& data, const PreparedContent& content, DataSummary& summary);

}  // namespace trawl
