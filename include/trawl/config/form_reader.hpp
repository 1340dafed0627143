#pragma once

#include <string>

#include "trawl/config/yaml_tree.hpp"
#include "trawl/study/parameter.hpp"
#include "trawl/study/value_rule.hpp"

namespace trawl {

/// What read_form() takes, for messages: "constant or {cosine: {floor: F, updates: N}}".
std::string form_allowed(const ValueRule& rule);

/// A word, or a map of one form's word to a map of its numbers; those that have an initial value and are
/// absent are filled in. Throws ConfigError.
Form read_form(const ValueRule& rule, const YamlTree& tree, const std::string& key);

}  // namespace trawl
