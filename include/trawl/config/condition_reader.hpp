#pragma once

#include <functional>
#include <string>
#include <vector>

#include "trawl/config/keys.hpp"
#include "trawl/config/yaml_tree.hpp"
#include "trawl/study/search_space.hpp"

namespace trawl {

/// Reads the `when` of every dimension of `search.space` into `space`, which has the dimensions of `tree`:
/// {optimizer: [momentum, nesterov]}, one value or a list for each parameter that it depends on. With
/// `for_grid` the values must be those of the grid. Throws ConfigError for a parameter or a value that is not
/// in the space, and for conditions in a circle.
void read_conditions(const YamlTree& tree, bool for_grid, const KeyTable& keys, SearchSpace& space);

/// The dimensions that are left where `is_fixed` takes some out, whose fixed values are `fixed_value`: a
/// condition on one of these holds for all points, and goes, or for none; its parameter is not searched
/// then, which `note` is told.
SearchSpace without_fixed(const SearchSpace& space, const std::function<bool(const std::string&)>& is_fixed,
                          const std::function<ParameterValue(const std::string&)>& fixed_value,
                          const std::function<void(const std::string&)>& note);

/// "optimizer momentum or nesterov, and epochs 10"
std::string to_text(const std::vector<Condition>& when);

}  // namespace trawl
