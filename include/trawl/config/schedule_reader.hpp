#pragma once

#include <string>

#include "trawl/config/yaml_tree.hpp"
#include "trawl/study/parameter.hpp"

namespace trawl {

/// What read_schedule() takes, for messages.
constexpr const char* kScheduleAllowed =
    "constant, {inverse_time: {decay: D}}, {exponential: {rate: R, updates: N}}, "
    "{step: {rate: R, updates: N}} or {cosine: {floor: F, updates: N}}";

/// `constant`, or a map of one schedule's name to a map of its numbers; `updates` may be absent
/// (the whole training) except from step, and cosine's `floor` (0).
LearningRateSchedule read_schedule(const YamlTree& tree, const std::string& key);

}  // namespace trawl
