#pragma once

#include <cstdint>
#include <vector>

#include "trawl/study/search_space.hpp"

namespace trawl {

/// The values a grid takes of a dimension, ascending; choices in their order. Both bounds are
/// included where they lie on the lattice. Computed as low + i * step, or evenly between low and
/// high with `points`, then rounded to the shortest decimal within 1e-12 of the larger bound
/// (in the logarithm: of the value), so that 0.0 to 0.6 by 0.1 holds 0.3 and not
/// 0.30000000000000004. A lattice reaches `high` if it comes within 1e-9 of a step.
/// Requires choices, `step` or `points`.
std::vector<ParameterValue> grid_values(const Distribution& distribution);

/// How many values the lattice of `step` has, and the i-th of them as grid_values() has it.
std::int64_t lattice_size(const FloatDistribution& distribution);
double lattice_value(const FloatDistribution& distribution, std::int64_t i);

}  // namespace trawl
