#pragma once

#include <cstdint>
#include <vector>

#include "trawl/nn/schedule.hpp"
#include "trawl/study/parameter.hpp"
#include "trawl/study/value_rule.hpp"

namespace trawl {

/// How the learning rate falls: see Schedule. Where `updates` is 0 the updates of the whole training stand
/// for it; step has its own always.
struct LearningRateSchedule {
  using Kind = Schedule::Kind;
  Kind kind = Kind::constant;
  double decay = 0.0;
  double rate = 1.0;
  double floor = 0.0;
  std::int64_t updates = 0;

  bool operator==(const LearningRateSchedule&) const = default;
};

/// All schedules as job files have them.
std::vector<FormRule> schedule_forms();
/// Requires a form of these, and the other way round.
LearningRateSchedule schedule_of(const Form& form);
Form form_of(const LearningRateSchedule& schedule);

}  // namespace trawl
