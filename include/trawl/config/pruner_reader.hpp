#pragma once

#include <string>
#include <vector>

#include "trawl/config/keys.hpp"
#include "trawl/config/yaml_tree.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {

/// What read_pruner() takes, for messages.
std::string pruner_allowed();

/// The key `pruner`.
JobKey pruner_key();

/// The pruner at `tree`, defaults filled in, for the rest of the job in `definition`. How many epochs a trial
/// has says the program's parameter for it, which no pruner goes with if it is searched; programs without one
/// need `max_resource`. Throws ConfigError.
PrunerDefinition read_pruner(const YamlTree& tree, const StudyDefinition& definition, const KeyTable& keys);

/// As a job file has it, with every number: read_pruner() gives the same again.
std::string pruner_text(const PrunerDefinition& pruner, const KeyTable& keys);

/// What a job may say of its pruner, but hardly means.
std::vector<std::string> pruner_warnings(const StudyDefinition& definition);

}  // namespace trawl
