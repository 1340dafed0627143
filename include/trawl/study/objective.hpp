#pragma once

#include <optional>
#include <string_view>

#include "trawl/base/error.hpp"
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

/// A parameter's value, for objectives. Requires a trial that has it, of this type.
template <class T>
const T& value_of(const Trial& trial, std::string_view name) {
  const ParameterValue* value = find_parameter(trial.parameters, name);
  TRAWL_CHECK(value != nullptr && std::holds_alternative<T>(*value),
              "trial {} has no parameter {} of this type", trial.number, name);
  return std::get<T>(*value);
}

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
