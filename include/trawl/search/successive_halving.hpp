#pragma once

#include "trawl/search/pruner_kind.hpp"

namespace trawl {

/// `pruner: successive_halving`: every bracket begins at the first rung, with eta^(rungs - 1) points, so that
/// one of them is trained to the end.
const PrunerKind& successive_halving_kind();

}  // namespace trawl
