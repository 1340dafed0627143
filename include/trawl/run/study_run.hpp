#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "trawl/cluster/trial_launcher.hpp"
#include "trawl/config/job_file.hpp"
#include "trawl/results/results_store.hpp"
#include "trawl/run/node_data.hpp"
#include "trawl/run/rank_group.hpp"
#include "trawl/run/run_monitor.hpp"
#include "trawl/run/run_study.hpp"

namespace trawl {

/// One start of a study on this rank, in the order in which it must happen: the launcher is forked before
/// there is a thread or MPI; MPI starts while the data is read; the data, the objective and the store are
/// ready before anyone speaks.
class StudyRun {
 public:
  /// Reads the job file and forks the launcher. What goes wrong here is thrown by run(), where
  /// the ranks can agree on it.
  /// The program and the monitor must outlive this.
  StudyRun(const RunOptions& options, const Program& program, RunMonitor& monitor);
  /// Returns the exit code.
  int run();
  /// After an AgreedFailure: all ranks end in order.
  void leave();
  /// After any other exception: no rank may wait for this one.
  void abort(ExitCode code);

 private:
  /// Reads the job file, forks the launcher, begins to read the data.
  void begin_before_mpi();
  void check_shard() const;
  void check_temporary_folder() const;
  void start();
  void open_store();
  [[nodiscard]] bool trains() const { return ranks_->rank() > 0 || ranks_->size() == 1; }
  /// With the data's hash.
  [[nodiscard]] std::string identity(const std::string& of_job) const;
  [[nodiscard]] CheckpointSettings checkpoint_settings() const;
  /// A signal asks for it, or the time limit is near.
  [[nodiscard]] bool must_stop() const;
  std::unique_ptr<TrialExecutor> make_executor();
  Worker make_worker(Link& link, TrialExecutor& executor) const;
  [[nodiscard]] RunFacts facts() const;
  int show_complete();
  void find_master();
  /// A timetable has no more legs at once than slots.
  void warn_of_idle_workers() const;
  int lead();
  int work();
  int conclude(const MasterLoop& loop, const Master& master);
  std::optional<TestEvaluation> evaluate_best(const Master& master) const;

  RunOptions options_;
  const Program& program_;
  RunMonitor& monitor_;
  double stop_at_;  // by steady_time()
  JobFile job_;
  std::exception_ptr problem_;
  bool began_ = false;                     // from here on ranks may die, and none waits for another
  std::int64_t master_pid_ = 0;            // 0: it cannot be seen from here
  std::optional<TrialLauncher> launcher_;  // with isolation: process
  std::optional<RankGroup> ranks_;
  std::optional<NodeData> data_;
  CheckpointSettings checkpoints_;
  std::unique_ptr<Objective> objective_;  // with isolation: none
  std::unique_ptr<ResultsStore> store_;   // rank 0
};

}  // namespace trawl
