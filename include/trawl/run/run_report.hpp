#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "trawl/base/patience.hpp"

namespace trawl {

/// What a run tells trawl-mpirun, as lines of the file that the environment variable TRAWL_RUN_REPORT names;
/// nothing where it is not set. Launchers lose exit codes. With TRAWL_RUN_RELAY=1, on a host where there is
/// no such file, the lines go to stderr, marked, which mpirun carries to where `relay` (relay.hpp) writes
/// them into the file.

/// This rank runs, and MPI does not yet: "rank 3 9 4 4711 node7 SPACE", its number, how many there are, how
/// many on this host, its process and where that can be seen (process_space()). Only with TRAWL_RUN_RELAY, by
/// stderr.
void report_rank();
/// All ranks have found each other: "connected 9".
void report_connected(int n_ranks);
/// The master, this process, is at work on a study of which so many legs have ended (one a trial, where none
/// pauses): "master 4711", "began 12".
void report_began(std::int64_t n_ended);
/// This worker, rank 3, has given its master up: "left 3". Only with TRAWL_RUN_RELAY, by stderr.
void report_left(int rank);
/// The run ends before its study is complete because it was told to, by a signal or its time limit, or as a
/// leg was lost too often: "asked".
void report_asked_to_stop();
/// All is as safe as it gets; the run ends with this exit code: "exit 0". The last one counts.
/// Only where this process speaks for all.
void report_exit(int exit_code);
/// As report_exit, by a rank that cannot take part, before MPI has started: none of the others can go on.
void report_refusal(int exit_code);

/// Adds the line to the report at `path`; "alive 120" is written over what is in `path`.alive instead. Makes
/// no file and follows no link. False: it is not there.
bool write_report(const std::string& path, std::string_view line);

/// A line of the report at `path` as it goes through stderr.
std::string marked_line(const std::string& path, std::string_view line);
constexpr char kReportMark = '\x02';

/// Says again and again how many seconds it lives, "alive 120", by a thread of its own: however busy the
/// master is, a reader on another machine can tell that its process runs, and that a sign which comes late is
/// an old one. Not while the master hangs: it has not come round for `patience` seconds.
class SignsOfLife {
 public:
  explicit SignsOfLife(double every = kSignSeconds, double patience = kSignPatience);
  SignsOfLife(const SignsOfLife&) = delete;
  SignsOfLife& operator=(const SignsOfLife&) = delete;
  ~SignsOfLife();

  /// The master comes round once more.
  void on_round();
  /// It comes round no more, and what it does now may take as long as it likes.
  void on_last_round();

 private:
  void run(double every);

  double patience_;
  std::atomic<double> last_round_ = std::numeric_limits<double>::infinity();
  std::mutex mutex_;
  bool stopping_ = false;
  std::condition_variable wake_;
  std::thread thread_;
};

}  // namespace trawl
