// Connects what is evaluated with the search that evaluates it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "trawl/base/error.hpp"
#include "trawl/study/trial.hpp"
#include "trawl/study/trial_store.hpp"

namespace trawl {

/// Where a trial reports while it is evaluated, and finds what an earlier attempt of it left.
///
/// An objective that can go on from where it was keeps checkpoints. It asks for the last one first, and where
/// there is one reports the epochs before it once more. While it works it asks, as often as it could,
/// whether the next is due or a stop is requested: in either case it saves one.
class TrialObserver {
 public:
  virtual ~TrialObserver() = default;
  /// Called once an epoch, in order from epoch 0. Throws DataError for another one.
  virtual void on_epoch(const EpochRecord& record) = 0;
  /// Worth keeping with the results.
  virtual void on_message(MessageLogged::Level /*level*/, const std::string& /*text*/) {}
  /// Asked at least once an epoch, best before each; true: leave soon, without an outcome. Epochs that are
  /// reported after it has said so at the end of a leg do not count.
  virtual bool stop_requested() { return false; }

  /// Where the trial was paused: it goes on from there, which is nothing to be told. 0: it begins.
  [[nodiscard]] virtual std::int64_t paused_at() const { return 0; }
  /// The last state that was saved; empty: there is none.
  virtual std::optional<std::string> load_checkpoint() { return std::nullopt; }
  /// Costs some nanoseconds.
  virtual bool checkpoint_due() { return false; }
  /// Takes the place of the last one. Where it cannot be kept, that is a message and no error.
  virtual void save_checkpoint(const std::string& /*state*/) {}
};

/// Hands everything on to another observer: for those that look at a part of it.
class PassingObserver : public TrialObserver {
 public:
  /// `next` must outlive this.
  explicit PassingObserver(TrialObserver& next) : next_(next) {}
  void on_epoch(const EpochRecord& record) override { next_.on_epoch(record); }
  void on_message(MessageLogged::Level level, const std::string& text) override {
    next_.on_message(level, text);
  }
  bool stop_requested() override { return next_.stop_requested(); }
  [[nodiscard]] std::int64_t paused_at() const override { return next_.paused_at(); }
  std::optional<std::string> load_checkpoint() override { return next_.load_checkpoint(); }
  bool checkpoint_due() override { return next_.checkpoint_due(); }
  void save_checkpoint(const std::string& state) override { next_.save_checkpoint(state); }

 private:
  TrialObserver& next_;
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
  /// Empty if the observer asked to stop. The outcome holds the weights behind the objective's value. An
  /// objective that leaves the value out (NaN) has it taken from the curve it reported: the study's metric at
  /// the last epoch, or the best one. Throws Error where the world is at fault; the attempt failed then.
  virtual std::optional<TrialOutcome> evaluate(const Trial& trial, TrialObserver& observer) = 0;
};

}  // namespace trawl
