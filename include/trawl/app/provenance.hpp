#pragma once

#include <string>

#include "trawl/study/identity.hpp"

namespace trawl {

/// Name of this machine.
std::string host_name();

/// Who runs where, built from what. `command`: the command line.
RunProvenance collect_provenance(int n_ranks, const std::string& command);

}  // namespace trawl
