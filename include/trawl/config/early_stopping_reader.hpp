#pragma once

#include <string>
#include <vector>

#include "trawl/config/yaml_tree.hpp"
#include "trawl/study/parameter.hpp"

namespace trawl {

/// What read_early_stopping() takes, for messages.
std::string early_stopping_allowed(const std::vector<std::string>& metrics);

/// The word "off", or an EarlyStoppingDefinition from a map that has at least `patience`. `metrics`: what
/// may be watched.
ParameterValue read_early_stopping(const YamlTree& tree, const std::string& key,
                                   const std::vector<std::string>& metrics);

}  // namespace trawl
