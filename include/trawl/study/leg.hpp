// Holds one stretch of a trial's training, and its result.
#pragma once

#include <cstdint>

#include "trawl/study/trial.hpp"

namespace trawl {

/// A leg that ends where its trial ends: only such a leg ends a trial for certain.
constexpr std::int64_t kToTheEnd = 0;

/// One stretch of a trial's training. A trial has one or more; between two of them it is paused.
struct Leg {
  Trial trial;
  std::int64_t from_epoch = 0;  ///< so many epochs are trained before it
  /// So many are trained when it ends, unless the trial ends first. Later legs of a trial have more.
  std::int64_t until_epoch = kToTheEnd;
};

/// What a plan may know of a leg that has ended: nothing that differs between two clusters.
struct LegResult {
  TrialNumber trial = 0;
  /// paused: the leg ended where it was to end. complete: the trial is over, at until_epoch or, where it
  /// ended by itself, before; it has this value at all later epochs. failed: it has no value. Never another.
  TrialState state = TrialState::complete;
  std::int64_t until_epoch = kToTheEnd;  ///< of the leg, as the plan named it
  double value = kNan;                   ///< of the objective's metric, in the way of `objective.at`
};

}  // namespace trawl
