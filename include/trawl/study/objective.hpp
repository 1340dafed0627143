#pragma once

#include <optional>

#include "trawl/study/trial.hpp"

namespace trawl {

/// Where a trial reports while it is evaluated.
class TrialObserver {
 public:
  virtual ~TrialObserver() = default;
  /// Called once an epoch, in order.
  virtual void on_epoch(const EpochRecord& record) = 0;
  /// Asked at least once an epoch; true: leave at once, nothing counts.
  virtual bool stop_requested() { return false; }
};

/// What a worker evaluates. The outcome depends on the trial alone (and on the study
/// the objective was made for), never on what was evaluated before.
class Objective {
 public:
  virtual ~Objective() = default;
  /// Empty if the observer asked to stop. The outcome holds the weights behind the
  /// objective's value. Throws Error where the world is at fault; the attempt failed then.
  virtual std::optional<TrialOutcome> evaluate(const Trial& trial, TrialObserver& observer) = 0;
};

}  // namespace trawl
