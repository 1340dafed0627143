#pragma once

#include <string>

#include "trawl/config/yaml_tree.hpp"
#include "trawl/study/parameter.hpp"

namespace trawl {

/// What read_early_stopping() takes, for messages.
constexpr const char* kEarlyStoppingAllowed =
    "off, or {patience: N} with min_delta: D, restore_best_weights: true or false, "
    "metric: val_accuracy, val_loss or val_cross_entropy";

/// The word "off", or an EarlyStoppingDefinition from a map that has at least `patience`.
ParameterValue read_early_stopping(const YamlTree& tree, const std::string& key);

}  // namespace trawl
