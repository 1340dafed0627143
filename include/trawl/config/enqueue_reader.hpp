#pragma once

#include <vector>

#include "trawl/config/keys.hpp"
#include "trawl/config/yaml_tree.hpp"
#include "trawl/study/search_space.hpp"

namespace trawl {

/// Reads `search.enqueue`: a list of maps from parameters of the space to values that it holds. A parameter
/// with conditions needs them to hold by values that stand beside it. `written` is the space of the job file,
/// and `space` what is left of it where --set fixes keys, whose values are passed over. Throws ConfigError.
std::vector<Parameters> read_enqueued(const YamlTree& tree, const SearchSpace& written,
                                      const SearchSpace& space, const KeyTable& keys);

}  // namespace trawl
