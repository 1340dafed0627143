#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "trawl/base/file_descriptor.hpp"
#include "trawl/cluster/file_wait.hpp"
#include "trawl/cluster/trial_executor.hpp"

namespace trawl {

/// A small process that starts the trials' processes. It is forked as the rank's first act,
/// before MPI and before any thread, so that a trial's process, forked from it, holds no
/// lock, no thread and no MPI; starting one takes about half a millisecond. It ends with the
/// rank, and a trial's process ends with it. What a trial's process has started (a solver, a helper) is
/// killed when the trial ends, however that is, unless it left the trial's process group; where the launcher
/// is killed itself, it stays.
class TrialLauncher {
 public:
  using MakeObjective = std::function<std::unique_ptr<Objective>(const std::string& setup)>;

  /// Forks. `make_objective` will be called in the launcher, once, with the text that
  /// set_up() sends. Throws CommError where there is no process to be had. A launcher that takes
  /// longer than `patience` seconds to start or end a process counts as broken: somebody stopped it.
  explicit TrialLauncher(const MakeObjective& make_objective, double patience = kPatience);
  /// Ends the launcher, and the trial that runs.
  ~TrialLauncher();
  TrialLauncher(const TrialLauncher&) = delete;
  TrialLauncher& operator=(const TrialLauncher&) = delete;

  /// Makes the objective, and says where its trials keep their checkpoints. Throws DataError with the
  /// launcher's message where that failed, CommError where the launcher was stopped.
  void set_up(const std::string& setup, const CheckpointSettings& checkpoints = {});

  /// Starts a trial's process. What comes out of the descriptor are sealed TrialNews; its end
  /// is the end of the process. Requires that none is running.
  FileDescriptor launch(const Assignment& assignment);
  /// Has it started that process in time? Throws CommError where it has not, or has ended.
  void check_started();
  /// Of the process that was launched last; 0: it has not been started yet, as far as check_started() knows.
  [[nodiscard]] pid_t trial_pid() const { return trial_pid_; }
  /// Asks the process that runs, if one does, to keep a checkpoint and to end.
  void stop();
  /// Kills the process that runs, if one does, and what it started.
  void kill();
  /// How the process ended, as waitpid tells; waits for that, but no longer than the launcher may
  /// take to tell. Throws CommError.
  int wait_status();
  /// The same after kill(), but waits so long for the process's end at most. Empty: it does not end, as it
  /// waits for a file in a way that no signal reaches.
  std::optional<int> wait_status_after_kill(double seconds);

  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  [[nodiscard]] bool is_stopped() const;
  int receive_status();

  static constexpr double kPatience = 10.0;

  double patience_;
  pid_t pid_ = -1;
  FileDescriptor socket_;
  bool started_ = false;
  pid_t trial_pid_ = 0;
  double launched_at_ = 0.0;
};

/// Runs each trial in a process of its own: a crash, a loop without end or memory without
/// end costs that attempt and nothing else. One that a signal from outside has stopped (Slurm may signal
/// every process of a job) goes on from its checkpoint, as the same attempt; the third time without a new
/// epoch it has failed. One that waits too long for a file is killed, and this executor is stuck: the file
/// system here hangs, for the next trials too.
class ProcessExecutor : public TrialExecutor {
 public:
  /// `trial_timeout` in seconds; 0: none. A trial that takes longer, without what it waits for files, is
  /// killed and reported. `file_patience`: seconds that a trial may wait for a file.
  ProcessExecutor(TrialLauncher& launcher, double trial_timeout,
                  double file_patience = std::numeric_limits<double>::infinity());
  void start(const Assignment& assignment) override;
  [[nodiscard]] bool running() const override { return pipe_.is_open(); }
  std::vector<TrialNews> poll() override;
  void stop() override;
  void cancel() override;
  void wait(double seconds) override;
  [[nodiscard]] std::string stuck() const override { return stuck_; }

 private:
  void launch();
  void account();
  bool read_pipe();
  void take_frames(std::vector<TrialNews>& news);
  void take(FromTrial said, std::vector<TrialNews>& news);
  void note_progress(const TrialNews& news);
  void give_up_files();
  void end_process(std::vector<TrialNews>& news);
  [[nodiscard]] LegFailed failed(const std::string& reason, FailureCause cause = FailureCause::trial) const;

  TrialLauncher& launcher_;
  double trial_timeout_;
  double file_patience_;
  FileDescriptor pipe_;
  std::string bytes_;
  Assignment assignment_;
  TrialNumber trial_ = 0;
  double trained_seconds_ = 0.0;
  FileWait file_wait_;
  std::string stuck_;
  double looked_at_ = 0.0;
  std::int64_t furthest_epoch_ = -1;
  int stops_without_epoch_ = 0;
  bool ended_ = false;    // LegDone or LegFailed has come
  bool stopped_ = false;  // it may end without
};

/// "segmentation fault (signal 11)", "exit code 3": how a process ended, for people.
std::string describe_status(int wait_status);

}  // namespace trawl
