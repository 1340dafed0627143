#pragma once

#include <functional>
#include <string>
#include <vector>

#include "trawl/cluster/local_workers.hpp"
#include "trawl/cluster/master.hpp"
#include "trawl/cluster/worker.hpp"
#include "trawl/comm/backoff.hpp"
#include "trawl/comm/link.hpp"

namespace trawl {

/// Sees what happens to a study while it happens, for people.
class StudyMonitor {
 public:
  virtual ~StudyMonitor() = default;
  /// After the events were made safe.
  virtual void on_events(const std::vector<TrialEvent>& events, const Master& master) = 0;
  /// About every second.
  virtual void on_tick(const Master& master) = 0;
};

/// The thin loop around a Master: receive, decide, store, send, in this order, so that no
/// worker acts on what could still be lost.
class MasterLoop {
 public:
  /// All arguments must outlive it. `n_workers`: how many will say Hello.
  MasterLoop(Link& link, Master& master, TrialStore& store, StudyMonitor& monitor, std::int64_t n_workers,
             std::function<bool()> stop_requested);

  /// Until all workers have said Goodbye or are lost; or were told to stop, and have had time enough.
  void run();
  /// The same with the only worker in this process.
  void run_with(Worker& worker);

  /// Did every worker say Goodbye? If not, MPI cannot be finalized.
  [[nodiscard]] bool all_said_goodbye() const { return n_goodbyes_ == n_workers_; }
  /// For the end of a run in which somebody died: kills workers of this machine that hang.
  void end_hung_workers();
  /// Not empty: the store refused events with this message, and the study was stopped.
  [[nodiscard]] const std::string& store_error() const { return store_error_; }

 private:
  bool step();
  void wait() { backoff_.wait(); }
  [[nodiscard]] bool finished() const;
  void take(const Received& received, std::vector<TrialEvent>& events);
  void note_presence(int rank, const FromWorker& message);
  void store(const std::vector<TrialEvent>& events);
  void send_replies();
  void tick();
  void store_worker_rows();
  void look_for_lost();

  Link& link_;
  Master& master_;
  TrialStore& store_;
  StudyMonitor& monitor_;
  std::int64_t n_workers_;
  std::function<bool()> stop_requested_;
  Backoff backoff_;
  std::vector<std::pair<int, ToWorker>> replies_;
  LocalWorkers local_;
  std::int64_t n_goodbyes_ = 0;
  std::string store_error_;
  double stopping_since_ = 0.0;
  double next_tick_ = 0.0;
  double next_worker_rows_ = 0.0;
};

}  // namespace trawl
