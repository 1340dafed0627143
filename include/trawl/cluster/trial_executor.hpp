#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "trawl/cluster/checkpoint_file.hpp"
#include "trawl/cluster/protocol.hpp"
#include "trawl/study/objective.hpp"

namespace trawl {

/// Trains one trial at a time for a worker.
class TrialExecutor {
 public:
  virtual ~TrialExecutor() = default;
  /// Where start() itself trains: it calls `beat`, which throws nothing, whenever what it trains looks for a
  /// stop.
  virtual void beat_while_training(const std::function<void()>& /*beat*/) {}
  /// Requires that nothing is running.
  virtual void start(const Assignment& assignment) = 0;
  [[nodiscard]] virtual bool running() const = 0;
  /// What happened since the last call. Returns at once. Throws CommError when the executor
  /// itself has broken, so that no trial can be trained here any more.
  virtual std::vector<TrialNews> poll() = 0;
  /// Asks what is running to keep a checkpoint and to end, which it then does without an ending news, or
  /// with its outcome if that is reached first. Returns at once.
  virtual void stop() = 0;
  /// Ends what is running; no more news of it.
  virtual void cancel() = 0;
  /// Not empty: why no trial can be trained here any more, though nothing of the executor is broken.
  [[nodiscard]] virtual std::string stuck() const { return {}; }
  /// Sleeps until there may be news, at most so long.
  virtual void wait(double seconds) = 0;
};

/// Evaluates an assignment and hands on its news as they come, on this thread: the common
/// core of all executors. What the objective throws becomes a LegFailed. Weights that the
/// assignment's rule does not keep are dropped. Without an ending news: it was asked to stop.
/// A trial that has not ended with its leg is paused there, whatever else happens then: it was asked to stop,
/// it goes on and has an outcome, or throws. Checkpoints that cannot be read or written are news too, once
/// each. `note_files`: hears of each use of a checkpoint's file before and after.
void evaluate_assignment(Objective& objective, const Assignment& assignment,
                         const CheckpointSettings& checkpoints, const std::function<void(TrialNews)>& forward,
                         const std::function<bool()>& stop_requested,
                         const std::function<void(const FileAccess&)>& note_files = {});

/// Runs trials in the worker itself: for `isolation: none`, where a trial is shorter than
/// starting a process, and a crash takes the rank with it.
class InlineExecutor : public TrialExecutor {
 public:
  /// `stop_requested`: asked while it trains; the trial then ends without an ending news.
  InlineExecutor(Objective& objective, std::function<bool()> stop_requested,
                 CheckpointSettings checkpoints = {});
  /// Returns when the trial has ended; poll() then has its news.
  void start(const Assignment& assignment) override;
  void beat_while_training(const std::function<void()>& beat) override { beat_ = beat; }
  [[nodiscard]] bool running() const override { return !news_.empty(); }
  std::vector<TrialNews> poll() override;
  /// For what is trained, from its beat.
  void stop() override { stopped_ = true; }
  void cancel() override { news_.clear(); }
  void wait(double seconds) override;

 private:
  Objective& objective_;
  std::function<bool()> stop_requested_;
  CheckpointSettings checkpoints_;
  std::function<void()> beat_;
  std::vector<TrialNews> news_;
  bool stopped_ = false;
};

}  // namespace trawl
