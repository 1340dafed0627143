#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <mutex>
#include <string>
#include <thread>

namespace trawl {

/// What a run tells trawl-mpirun, as lines of the file that the environment variable
/// TRAWL_RUN_REPORT names; nothing where it is not set. Launchers lose exit codes.

/// The master, this process, is at work on a study of which so many trials have finished: "master 4711",
/// "began 12".
void report_began(std::int64_t n_finished);
/// The run ends before its study is complete because it was told to, by a signal or its time limit: "asked".
void report_asked_to_stop();
/// All is as safe as it gets; the run ends with this exit code: "exit 0". The last one counts.
/// Only where this process speaks for all.
void report_exit(int exit_code);

/// Touches that file again and again while it lives, by a thread of its own: however busy the master is, a
/// reader on another machine can tell that its process runs. Not while the master hangs: it has not come
/// round for `patience` seconds.
class SignsOfLife {
 public:
  static constexpr double kEverySeconds = 10.0;
  static constexpr double kPatience = 60.0;

  explicit SignsOfLife(double every = kEverySeconds, double patience = kPatience);
  SignsOfLife(const SignsOfLife&) = delete;
  SignsOfLife& operator=(const SignsOfLife&) = delete;
  ~SignsOfLife();

  /// The master comes round once more.
  void on_round();
  /// It comes round no more, and what it does now may take as long as it likes.
  void on_last_round();

 private:
  void run(const std::string& path, double every);

  double patience_;
  std::atomic<double> last_round_ = std::numeric_limits<double>::infinity();
  std::mutex mutex_;
  bool stopping_ = false;
  std::condition_variable wake_;
  std::thread thread_;
};

}  // namespace trawl
