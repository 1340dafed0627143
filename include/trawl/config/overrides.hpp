#pragma once

#include <string>
#include <vector>

#include "trawl/config/yaml_tree.hpp"

namespace trawl {

/// Applies "key.path=VALUE" to the tree of a job file, in order: sets or creates the key, or
/// takes it out if VALUE is null; in a list the key is an item's place from 0, in the list as it was before
/// any item was taken out. Throws ConfigError for what is no assignment, a VALUE that is no YAML, and a key
/// to take out that is not there.
void apply_overrides(YamlTree& job, const std::vector<std::string>& overrides);

}  // namespace trawl
