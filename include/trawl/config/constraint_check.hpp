#pragma once

#include <functional>
#include <string>

#include "trawl/config/keys.hpp"
#include "trawl/config/yaml_tree.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {

/// Throws ConfigError if parameters contradict each other, as the program's constraints say, in any point
/// that `definition` may come to: its fixed values, every listed trial, every combination of choices that
/// conditions allow. `given` finds what the job says under a dotted key, nullptr for nothing. `path` is the
/// job file's.
void check_constraints(const StudyDefinition& definition, const KeyTable& keys,
                       const std::function<const YamlTree*(const std::string& key)>& given,
                       const std::string& path);

}  // namespace trawl
