#pragma once

#include <cstdint>

#include "trawl/data/table.hpp"

namespace trawl {

/// Which rows are trained on and which are held back. Together they are all rows, each once.
struct Split {
  Selection train;
  Selection validation;
};

/// The first floor(rows * (1 - fraction)) rows are trained on, the last ones held back, as
/// Keras' validation_split does. Throws DataError if either part would be empty.
Split split_last(const Table& table, double fraction);

/// As many rows as split_last, drawn by `study_seed` alone; both parts in the table's order.
/// Throws DataError if either part would be empty.
Split split_shuffled(const Table& table, double fraction, std::uint64_t study_seed);

}  // namespace trawl
