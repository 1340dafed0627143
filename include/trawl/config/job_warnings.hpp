#pragma once

#include <string>
#include <vector>

#include "trawl/config/yaml_tree.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {

/// What a job may say, but hardly means. `job` is the tree the definition was read from.
std::vector<std::string> job_warnings(const StudyDefinition& definition, const YamlTree& job);

}  // namespace trawl
