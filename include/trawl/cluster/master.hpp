#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "trawl/cluster/protocol.hpp"
#include "trawl/search/sampler.hpp"
#include "trawl/study/definition.hpp"
#include "trawl/study/progress.hpp"

namespace trawl {

/// What follows from one message: first make the events safe, then send the reply.
struct Decision {
  std::vector<TrialEvent> events;
  std::optional<ToWorker> reply;
};

/// Decides which worker trains which trial. It does no I/O, knows no clock, no MPI and no
/// file: on_message, on_tick and on_stop alone change it, so a test can play a whole cluster
/// to it. Times are seconds since 1970 and only written down.
/// Memory grows with the trials that are started and unfinished; a finished one costs a bit.
class Master {
 public:
  /// `sampler` must outlive the master. `progress`: what earlier runs finished, and which trials
  /// are this shard's: no others are handed out.
  Master(const StudyDefinition& study, const Sampler& sampler, StudyProgress progress);

  /// A message of a worker. Its reply, if any, goes to that rank.
  Decision on_message(int rank, const FromWorker& message, double now);
  /// Every few seconds: the rows of /workers that have changed.
  std::vector<TrialEvent> on_tick();
  /// From now on every message is answered with Stop; unfinished trials stay unfinished.
  void on_stop() { stopping_ = true; }

  [[nodiscard]] const StudyProgress& progress() const { return progress_; }
  [[nodiscard]] bool stopping() const { return stopping_; }
  /// Workers that have said Hello and not yet Goodbye.
  [[nodiscard]] std::int64_t n_workers() const { return n_workers_; }
  [[nodiscard]] std::int64_t n_running() const { return static_cast<std::int64_t>(running_.size()); }

 private:
  struct WorkerState {
    WorkerSeen row;
    bool changed = true;
  };

  void greet(int rank, const Hello& hello);
  void take_report(int rank, const Report& report, double now, Decision& decision);
  void take(int rank, const EpochsReported& epochs, double now, Decision& decision);
  void take(int rank, const TrialDone& done, double now, Decision& decision);
  void take(int rank, const TrialFailed& failed, double now, Decision& decision);
  bool is_running_on(int rank, TrialNumber trial, std::int64_t attempt) const;
  void finish(TrialNumber trial, std::int64_t attempt, TrialOutcome outcome, double now, Decision& decision);
  void assign(int rank, std::int64_t wanted, double now, Decision& decision);
  std::optional<TrialNumber> next_trial();
  Assignment make_assignment(TrialNumber number) const;
  WeightsRule weights_rule(TrialNumber number) const;
  void record(TrialEvent event, Decision& decision);
  WorkerState& worker(int rank);

  struct Running {
    int rank = 0;
    std::int64_t attempt = 1;
  };

  SearchDefinition search_;
  ObjectiveDefinition::Direction direction_;
  std::int64_t max_attempts_;
  const Sampler& sampler_;
  StudyProgress progress_;
  TrialNumber cursor_ = 0;  // all below are finished, running or in retries_
  std::deque<TrialNumber> retries_;
  std::map<TrialNumber, Running> running_;
  std::map<int, WorkerState> workers_;
  std::int64_t n_workers_ = 0;
  bool stopping_ = false;
};

}  // namespace trawl
