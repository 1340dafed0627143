#pragma once

#include <string>

#include <sys/types.h>

#include "trawl/cluster/protocol.hpp"

namespace trawl {

/// How long a trial's process has waited for a file: for one that it said it uses; or for any other, if it
/// stands still in the kernel in a way that no signal interrupts ("D" in ps). One that computes, sleeps or
/// waits for another process does not, nor one that a signal has stopped; and a busy disk lets it go on in
/// between.
class FileWait {
 public:
  /// A new process, which waits for nothing.
  void reset() { *this = {}; }
  void note(const FileAccess& access);
  /// So many seconds have passed for it. `pid`: its process; 0: not known yet.
  void pass(double seconds, pid_t pid);

  [[nodiscard]] double seconds() const;
  /// What for: "for r.h5.checkpoints/7.checkpoint".
  [[nodiscard]] std::string what() const;

 private:
  std::string path_;
  double used_seconds_ = 0.0;
  double blocked_seconds_ = 0.0;
  double since_look_ = 0.0;
  std::string work_;  // that it had done at the last look, if it was blocked
};

}  // namespace trawl
