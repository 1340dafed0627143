#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trawl/study/definition.hpp"

namespace trawl {

/// What `check` says of the study's pruner, a line each: its rungs, how many points each bracket has there,
/// how many trials there are in all, and the epochs. Empty where there is none.
std::vector<std::string> pruner_lines(const StudyDefinition& study);

/// The epochs of all trials, if none ends by itself.
std::int64_t epochs_at_most(const StudyDefinition& study);

}  // namespace trawl
