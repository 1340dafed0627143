#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "trawl/base/patience.hpp"
#include "trawl/cluster/trial_executor.hpp"
#include "trawl/comm/backoff.hpp"
#include "trawl/comm/link.hpp"

namespace trawl {

/// Pulls trials from the master, has them trained, reports what happens. Speaks first and
/// waits for the answer before it speaks again.
class Worker {
 public:
  /// Link and executor must outlive it. `stop_requested`: has a signal reached this rank?
  Worker(Link& link, int master_rank, TrialExecutor& executor, std::string host,
         std::function<bool()> stop_requested);

  /// From now on a master that has not answered for `patience` seconds, or is gone, is an error; for
  /// `stop_patience`, where this worker was asked to stop: nobody waits long then for a master that hangs.
  /// `is_gone` may be empty: it cannot be told from here. `lease`: so long this worker may be silent.
  void watch_master(std::function<bool()> is_gone, double patience, double lease,
                    double stop_patience = kStopPatience);

  /// The master has not answered for longer than that.
  [[nodiscard]] bool waits_in_vain() const { return unanswered_seconds_ > patience_; }
  /// This worker itself was silent for so long (stopped, or starved of time) that the master may have taken
  /// it for lost: then it gets no answer, whatever the master does.
  [[nodiscard]] bool may_count_as_lost() const { return longest_silence_ > lease_ / 2; }

  /// Does what can be done now without waiting; true if that was something.
  /// Throws CommError where no trial can be trained here any more, or nobody would hear of it.
  bool step();
  /// Sleeps until there may be something to do.
  void wait();
  /// It has stopped and said Goodbye.
  [[nodiscard]] bool finished() const { return finished_; }
  /// The master told so with Stop, or this worker leaves itself: MPI must not be finalized.
  [[nodiscard]] bool somebody_died() const { return somebody_died_; }
  /// step() and wait() until finished.
  void run();

 private:
  bool receive();
  void check_master();
  bool take_news();
  bool start_next();
  void stop_training();
  bool leave_if_stuck();
  bool speak();
  void beat();
  void note_spoken();
  [[nodiscard]] bool has_work() const { return training_ || !queue_.empty(); }
  [[nodiscard]] std::int64_t n_queued() const { return static_cast<std::int64_t>(queue_.size()); }
  /// How many trials are work for kShortTrialSeconds.
  [[nodiscard]] std::int64_t at_once() const;
  [[nodiscard]] std::int64_t wanted() const;
  /// How long it may be silent now.
  [[nodiscard]] double pause() const;
  void note_end_of_trial();
  void account();
  void send(const FromWorker& message);

  Link& link_;
  int master_rank_;
  TrialExecutor& executor_;
  std::string host_;
  std::function<bool()> stop_requested_;
  std::function<bool()> master_is_gone_;
  double patience_ = std::numeric_limits<double>::infinity();
  double stop_patience_ = kStopPatience;
  double lease_ = std::numeric_limits<double>::infinity();
  double longest_silence_ = 0.0;
  Backoff backoff_;

  std::deque<Assignment> queue_;
  std::vector<TrialNews> news_;
  bool greeted_ = false;
  bool awaiting_reply_ = false;
  bool asked_idly_ = false;  // the last report said nothing but that there is no work
  bool training_ = false;    // a trial was started and has not ended; its process may live on a little
  bool told_to_stop_ = false;
  bool finished_ = false;
  bool somebody_died_ = false;
  bool stop_reported_ = false;
  std::optional<double> stopped_at_;
  double spoke_at_ = 0.0;
  double next_beat_ = 0.0;  // when a rank that trains itself looks again
  double looked_at_ = 0.0;  // whether there is an answer
  double unanswered_seconds_ = 0.0;
  double idle_pause_;
  double trial_started_at_ = 0.0;
  double mean_trial_seconds_;  // of the last few trials
  double accounted_until_;
  double busy_seconds_ = 0.0;
  double idle_seconds_ = 0.0;
};

}  // namespace trawl
