#pragma once

#include <string>

#include "trawl/study/identity.hpp"

namespace trawl {

/// Who runs where, built from what. `command`: the command line.
RunProvenance collect_provenance(int n_ranks, const std::string& command);

}  // namespace trawl
