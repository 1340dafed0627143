#pragma once

#include "trawl/search/pruner_kind.hpp"

namespace trawl {

/// `pruner: hyperband`: brackets of s = rungs - 1, ..., 1, 0 in turn; that of s begins s rungs below the
/// last, with ceil(rungs / (s + 1) eta^s) points (Li et al., JMLR 18, 2018): 81, 34, 15, 8 and 5 for eta = 3
/// and rungs 1, 3, 9, 27, 81.
const PrunerKind& hyperband_kind();

}  // namespace trawl
