#pragma once

#include <cstdint>
#include <vector>

#include "trawl/h5/file.hpp"
#include "trawl/results/study_tables.hpp"

namespace trawl {

/// The rows of /legs, sorted by trial, those of a trial in the order in which they ended. Throws StoreError
/// where they are none that trials can have.
std::vector<LegRow> read_legs(const h5::Group& group, std::int64_t n_trials);

}  // namespace trawl
