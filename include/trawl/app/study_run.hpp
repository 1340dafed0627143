#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "trawl/app/node_data.hpp"
#include "trawl/app/rank_group.hpp"
#include "trawl/app/run_study.hpp"
#include "trawl/cluster/trial_launcher.hpp"
#include "trawl/config/job_file.hpp"
#include "trawl/results/results_store.hpp"

namespace trawl {

/// One start of a study on this rank, in the order in which it must happen: the launcher is
/// forked before MPI; the data, the objective and the store are ready before anyone speaks.
class StudyRun {
 public:
  /// Reads the job file and forks the launcher. What goes wrong here is thrown by run(), where
  /// the ranks can agree on it.
  /// The program must outlive this.
  StudyRun(const RunOptions& options, const Program& program);
  /// Returns the exit code.
  int run();
  /// After an AgreedFailure: all ranks end in order.
  void leave() { ranks_->finalize(); }
  /// After any other exception: no rank may wait for this one.
  void abort(ExitCode code);

 private:
  void read_job_and_fork();
  void start();
  void open_store();
  [[nodiscard]] bool trains() const { return ranks_->rank() > 0 || ranks_->size() == 1; }
  std::unique_ptr<TrialExecutor> make_executor();
  Worker make_worker(Link& link, TrialExecutor& executor) const;
  int show_complete();
  int lead();
  int work();
  [[nodiscard]] std::string name() const;
  void announce() const;
  int conclude(const MasterLoop& loop, const Master& master, const ProgressDisplay& display);
  std::optional<TestEvaluation> evaluate_best() const;
  void summarize(const ProgressDisplay& display) const;

  RunOptions options_;
  const Program& program_;
  JobFile job_;
  std::exception_ptr problem_;
  std::optional<TrialLauncher> launcher_;  // with isolation: process
  std::optional<RankGroup> ranks_;
  std::optional<NodeData> data_;
  std::unique_ptr<Objective> objective_;  // with isolation: none
  std::unique_ptr<ResultsStore> store_;   // rank 0
};

}  // namespace trawl
