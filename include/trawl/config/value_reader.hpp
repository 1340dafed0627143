#pragma once

#include <string>

#include "trawl/config/yaml_tree.hpp"
#include "trawl/study/parameter.hpp"
#include "trawl/study/value_rule.hpp"

namespace trawl {

/// "float", "int", "int or `all`", ...: the type column of the key table.
std::string type_text(const ValueRule& rule);
/// "a number, 0 <= x < 1": for messages.
std::string allowed_text(const ValueRule& rule);

/// The value at `tree`. Throws ConfigError if the rule does not allow it. real: double;
/// integer: int64; integer_or_word: int64 or the word; reals: double (also for a list of one), or the list;
/// numbered: names in the order of their numbers; word, text, path, dataset: string; columns: their names;
/// early_stopping: "off" or the definition. Requires a kind other than pruner, space
/// and trials.
ParameterValue read_value(const ValueRule& rule, const YamlTree& tree, const std::string& key);

/// The path at `tree`, expanded (see expanded_path); a relative one begins at `folder`, unless --set gave it.
std::string read_path(const YamlTree& tree, const std::string& key, const std::string& folder);

/// Reads true or false.
bool read_boolean(const YamlTree& tree, const std::string& key);

}  // namespace trawl
