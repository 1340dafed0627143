#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "trawl/cluster/protocol.hpp"
#include "trawl/search/plan.hpp"
#include "trawl/study/definition.hpp"
#include "trawl/study/progress.hpp"

namespace trawl {

/// What follows from one message: first make the events safe, then send the reply.
struct Decision {
  std::vector<TrialEvent> events;
  std::optional<ToWorker> reply;
};

/// Decides which worker trains which leg of the study's plan. It does no I/O, knows no clock, no MPI and no
/// file: on_message, on_tick and on_stop alone change it, so a test can play a whole cluster
/// to it. Times are seconds since 1970.
///
/// Every worker holds its legs on a lease: if it is silent for the study's heartbeat_timeout, or
/// on_lost() or itself tells that it is gone, it is lost. Its legs are handed out again, and it gets no
/// answer ever again. A result that it still sends is taken, if the leg has no other yet.
/// Memory grows with the trials that are started and unfinished; a finished one costs a bit.
///
/// Under a plan that decides nothing that the cluster does fails a trial: if a leg is lost `max_attempts`
/// times in a run, the search stops, as after on_stop(), and the next run goes on. What a trial does itself
/// may fail it. A trial that had failed and is tried again is trained to its end beside the plan: what was
/// decided by its failure stays decided.
class Master {
 public:
  /// `sampler` must outlive the master. `progress`: what earlier runs finished, and which trials
  /// are this shard's: no others are handed out. `cost`: see make_plan().
  Master(const StudyDefinition& study, const Sampler& sampler, StudyProgress progress, LegCost cost = {});
  /// By a plan of its own, a new one.
  Master(const StudyDefinition& study, std::unique_ptr<Plan> plan, StudyProgress progress);

  /// A message of a worker. Its reply, if any, goes to that rank.
  Decision on_message(int rank, const FromWorker& message, double now);
  /// About every second: whose lease is over? A longer time between two ticks was the master's own
  /// pause and is not held against the workers.
  std::vector<TrialEvent> on_tick(double now);
  /// The worker is gone, or as good as gone. `reason`: "its process, 4711, has ended".
  std::vector<TrialEvent> on_lost(int rank, double now, const std::string& reason);
  /// The rows of /workers that have changed.
  std::vector<TrialEvent> worker_rows();
  /// The leases of ranks 1 to `n_workers` begin, though they have not said Hello yet.
  void expect_workers(std::int64_t n_workers);
  /// From now on every message is answered with Stop; unfinished trials stay unfinished.
  void on_stop() { stopping_ = true; }

  [[nodiscard]] const StudyProgress& progress() const { return progress_; }
  [[nodiscard]] const Plan& plan() const { return *plan_; }
  /// Every leg of the plan has its result. Trials may be paused then, for good.
  [[nodiscard]] bool is_complete() const { return open_.empty() && !ahead_ && plan_->is_over(); }
  [[nodiscard]] bool stopping() const { return stopping_; }
  /// The first `give_up_after` trials by number have all failed: it stops, as after on_stop(). Of a study
  /// that begins with so many failed ones they are the next so many that have not. Not where nothing else is
  /// left to do, or where a trial has worked before this run; in which order they end, and what came of later
  /// ones, does not matter.
  [[nodiscard]] bool gave_up() const { return gave_up_; }
  /// Workers that have said Hello and not yet Goodbye, and are not lost.
  [[nodiscard]] std::int64_t n_workers() const { return n_workers_; }
  [[nodiscard]] std::int64_t n_lost() const { return n_lost_; }
  [[nodiscard]] bool is_lost(int rank) const;
  [[nodiscard]] std::int64_t n_running() const { return n_running_; }

 private:
  /// An attempt of a leg; the epoch tells a trial's legs from each other.
  struct Held {
    TrialNumber trial = 0;
    std::int64_t attempt = 1;
    std::int64_t until_epoch = kToTheEnd;
    bool operator==(const Held&) const = default;
  };
  static constexpr int kNobody = -1;
  /// A leg that was handed out and has no result yet.
  struct OpenLeg {
    std::int64_t from_epoch = 0;
    std::int64_t until_epoch = kToTheEnd;
    int rank = kNobody;       // which trains it; nobody: it waits to be tried again
    bool is_planned = true;   // its result is the plan's
    std::int64_t losses = 0;  // in this run
  };
  enum class Presence { expected, present, left, lost };
  struct WorkerState {
    WorkerSeen row;
    bool changed = true;
    Presence presence = Presence::expected;
    double silent_seconds = 0.0;
    std::vector<Held> held;  // in the order in which it trains them
  };

  void greet(int rank, const Hello& hello);
  void say_goodbye(int rank, const Goodbye& goodbye);
  void take_report(int rank, const Report& report, double now, Decision& decision);
  void take_late_report(int rank, const Report& report, double now, Decision& decision);
  void note_times(WorkerState& state, double busy_seconds, double idle_seconds);
  void take(int rank, const EpochsReported& epochs, double now, Decision& decision);
  void take(int rank, const LegDone& done, double now, Decision& decision);
  void take(int rank, const LegFailed& failed, double now, Decision& decision);
  void fail_attempt(const Held& held, FailureCause cause, const std::string& reason, double now,
                    Decision& decision);
  void note_loss(TrialNumber trial, const std::string& reason, double now, Decision& decision);
  enum class Blame { trial, nobody };
  void lose(int rank, double now, const std::string& reason, Blame blame, Decision& decision);
  void take_leaving(int rank, const Leaving& leaving, double now, Decision& decision);
  void take(int rank, const MessageLogged& message, double now, Decision& decision);
  /// Does news of this attempt from this rank, which holds it, count?
  [[nodiscard]] bool counts(int rank, const Held& held) const;
  /// Does its end count? The rank holds it no longer.
  bool release(int rank, const Held& held);
  void set_rank(OpenLeg& open, int rank);
  void wait_again(TrialNumber trial);
  void pause(const Held& held, const TrialOutcome& outcome, double now, Decision& decision);
  void finish(const Held& held, TrialOutcome outcome, double now, Decision& decision);
  /// The leg has its result.
  void close(TrialNumber trial, const LegResult& result);
  void watch_first_trials(std::int64_t n);
  [[nodiscard]] bool begins_with_failures(std::int64_t n) const;
  void note_failure(TrialNumber trial, const std::string& error, double now, Decision& decision);
  void give_up(double now, Decision& decision);
  void warn_of_failures(TrialNumber trial, double now, Decision& decision);
  [[nodiscard]] std::int64_t failures_beside(TrialNumber trial, TrialNumber step) const;
  void assign(int rank, std::int64_t wanted, double now, Decision& decision);
  /// The rank has it then.
  std::optional<Leg> next_leg(int rank);
  std::optional<Leg> next_retry(int rank);
  std::optional<Leg> next_of_plan();
  /// Before a plan that decides is asked whether it is over, it must know all results that are known.
  void look_ahead();
  void try_beside_plan(TrialNumber trial);
  Assignment make_assignment(Leg leg) const;
  WeightsRule weights_rule(TrialNumber number) const;
  void record(TrialEvent event, Decision& decision);
  WorkerState& worker(int rank);

  std::int64_t repeats_;
  ObjectiveDefinition objective_;
  std::size_t metric_;  // the place of its metric in the study's table
  std::int64_t max_attempts_;
  double lease_seconds_;
  StudyProgress progress_;
  std::unique_ptr<Plan> plan_;
  std::optional<Leg> ahead_;  // the plan has named it already
  std::map<TrialNumber, OpenLeg> open_;
  std::int64_t n_running_ = 0;
  std::deque<TrialNumber> retries_;
  std::map<int, WorkerState> workers_;
  std::int64_t n_workers_ = 0;
  std::int64_t n_lost_ = 0;
  std::map<TrialNumber, std::string> first_trials_;  // why they failed; empty: not watched
  std::int64_t n_first_failed_ = 0;
  bool gave_up_ = false;
  bool warned_of_failures_ = false;
  double ticked_at_ = kNan;
  bool stopping_ = false;
};

}  // namespace trawl
