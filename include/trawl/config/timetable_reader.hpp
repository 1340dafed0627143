#pragma once

#include "trawl/config/yaml_tree.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {

/// Gives the study a timetable where results decide what no bracket can, and checks its keys, which are read
/// already. `slots`, `startup`: what the job says of search.max_concurrent_trials and
/// search.n_startup_trials, nullptr: nothing. `job`: the place of what it does not say.
void read_timetable(const YamlTree* slots, const YamlTree* startup, const Place& job,
                    StudyDefinition& definition);

}  // namespace trawl
