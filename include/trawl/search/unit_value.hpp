#pragma once

#include <cstdint>

#include "trawl/study/search_space.hpp"

namespace trawl {

/// The value at a place in [0, 1): floats from low to high evenly or in the logarithm; whole numbers,
/// lattices and choices by equal shares (whole numbers with `log`: from log(low - 0.5) to log(high + 0.5)
/// evenly, rounded). `points` is for grids and has no effect. `place`: in units of 2^-64; of floats and of
/// logarithms the first 53 bits count.
ParameterValue value_at(const Distribution& distribution, std::uint64_t place);

}  // namespace trawl
