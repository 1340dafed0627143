#pragma once

#include <string>
#include <vector>

#include "trawl/config/keys.hpp"
#include "trawl/config/yaml_tree.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {

/// Reads `search.space`: a map from names of searchable keys to distributions whose values their
/// keys allow, and conditions. With `for_grid` every dimension must be countable.
SearchSpace read_space(const YamlTree& tree, bool for_grid, const KeyTable& keys);

/// A distribution as a job file has it: "{low: 0.0, high: 0.6}".
std::string to_yaml(const Distribution& distribution);
/// "{low: 0.0, high: 0.6, when: {optimizer: [momentum, nesterov]}}"
std::string to_yaml(const SearchDimension& dimension);
/// "{optimizer: adam, learning_rate: 0.001}"
std::string to_yaml(const Parameters& parameters);

}  // namespace trawl
