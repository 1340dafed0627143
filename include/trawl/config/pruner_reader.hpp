#pragma once

#include <cstdint>
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

/// The pruner at `tree`, defaults filled in, for the rest of the job in `definition`. A trial's epochs are
/// training.epochs, which no pruner goes with if they are searched; programs without that key need
/// `max_resource`. Throws ConfigError.
PrunerDefinition read_pruner(const YamlTree& tree, const StudyDefinition& definition);

/// As a job file has it, with every number: read_pruner() gives the same again.
std::string pruner_text(const StudyDefinition& definition);

/// What a job may say of its pruner, but hardly means.
std::vector<std::string> pruner_warnings(const StudyDefinition& definition);
/// That trials tie where so few rows are counted; "" where they hardly do.
std::string tie_warning(const StudyDefinition& definition, std::int64_t validation_rows);

}  // namespace trawl
