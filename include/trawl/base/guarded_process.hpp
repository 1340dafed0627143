#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace trawl {

/// What work on files may take that may be damaged on purpose. 0: no limit.
struct GuardLimits {
  double cpu_seconds = 0.0;
  std::uint64_t memory_bytes = 0;  ///< beyond what the process has
};

/// More than reading sound files of this size takes.
GuardLimits limits_for(const std::vector<std::string>& paths);

struct GuardedResult {
  std::string text;         ///< what the work returned
  std::string fault;        ///< "" or how it ended, as "crashes (signal 11, SIGSEGV)"
  bool was_killed = false;  ///< from outside, which says nothing of the files
};

/// Does `work` in a child process: libhdf5 crashes on some damaged files, and loops on others. Within such a
/// child it is done at once. What the child writes to standard error is dropped.
/// The child is forked within `hold`, which calls what it is given while no other thread holds a lock that
/// the work needs.
GuardedResult run_guarded(const GuardLimits& limits,
                          const std::function<void(const std::function<void()>&)>& hold,
                          const std::function<std::string()>& work);

/// Throws UnreachableError where the process that read `path` was killed from outside.
void require_not_killed(const GuardedResult& result, const std::string& path);

/// True in such a child.
bool is_guarded();

/// In such a child: the next step may take `seconds` of CPU time, if its limit is not a later one. Elsewhere
/// nothing.
void allow_cpu_seconds(double seconds);
/// In such a child, once it is done with what may never end: the rest may take what it takes.
void lift_cpu_limit();

/// The same for a whole verb, which writes where we would. Returns its exit code; calls `at_fault` for one
/// where it ended by such a crash. A child that was ended by another signal ends us by the same.
int supervise(const GuardLimits& limits, const std::function<int()>& verb,
              const std::function<int(const std::string& fault)>& at_fault);

}  // namespace trawl
