#pragma once

#include <map>
#include <string>
#include <vector>

#include "trawl/cluster/protocol.hpp"

namespace trawl {

/// The workers whose processes this one can see: their end is noticed at once, and where one
/// hangs it can be ended.
class LocalWorkers {
 public:
  LocalWorkers();
  /// Remembers the process, if it can be seen here.
  void note(int rank, const Hello& hello);
  /// It will end by itself now: that is no loss.
  void expect_end(int rank);
  /// The ranks whose process has ended, and what to say of it; each once.
  std::vector<std::pair<int, std::string>> take_ended();
  /// Kills what has not ended by itself within `seconds`.
  void end_all(double seconds);

 private:
  struct Process {
    std::int64_t pid = 0;
    bool may_end = false;
  };
  std::string our_space_;
  std::map<int, Process> processes_;
};

/// Is there such a process? False also where it is only left to be reaped.
bool process_exists(std::int64_t pid);
/// Kills the process, if it is still one of this program: a pid may have gone to another.
void kill_hung(std::int64_t pid);

}  // namespace trawl
