#pragma once

#include <functional>
#include <string>

#include "trawl/config/yaml_tree.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {

/// Throws ConfigError if hidden layers, dropout and batch normalization contradict each other in any
/// point that `definition` may come to: its fixed values, every listed trial, every combination of
/// choices that conditions allow. `given` finds what the job says under a dotted key, nullptr for nothing.
void check_layers(const StudyDefinition& definition,
                  const std::function<const YamlTree*(const std::string& key)>& given);

}  // namespace trawl
