#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "trawl/base/disk_file.hpp"

namespace trawl {

/// Keeps a second writer of FILE.h5 out while it lives: flock(2) on FILE.h5.lock, which says who holds it and
/// is removed at the end. Locks may be local to a host (sshfs), or there are none: so the file also counts up
/// every second, and who finds it taken by a process that it cannot see waits for that sign of life first.
class FileLock {
 public:
  /// Waits up to `seconds`, and up to kWatchSeconds for a sign of life, asking `stop_requested` meanwhile.
  /// Throws StopRequested where that answers true, StoreError "another run writes this file: host, pid,
  /// since", or if the folder cannot be written, or if the file, its lock, journal or checkpoints are another
  /// user's in a shared folder. Where the file system has no locks, says so and goes on: the journal's
  /// segments still guard.
  FileLock(
      const std::string& path, double seconds,
      const std::function<bool()>& stop_requested = [] { return false; });
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock() { release(); }
  void release();

  /// Who holds the file counts up in it so often.
  static constexpr double kCountSeconds = 1.0;
  /// A holder that shows no sign of life for so long is taken for dead.
  static constexpr double kWatchSeconds = 5.0;
  static_assert(kWatchSeconds > 3 * kCountSeconds, "some signs of life may come late");
  /// A run that was killed may hold the file for so long: what it had started ends a moment later.
  static constexpr double kKilledRunSeconds = 1.0;
  /// A lock that is held for so long although the run that it names is dead is replaced.
  static constexpr double kDeadSeconds = 1.5;
  static_assert(kDeadSeconds > kKilledRunSeconds);

 private:
  enum class Attempt : std::uint8_t { ours, held, unclear, again };
  Attempt attempt();
  /// False if it cannot be opened yet: names that another machine made or removed take a while to be seen.
  bool open_file(double until);
  void open_other_users();
  bool locked_by_other();
  Attempt take_from_dead();
  [[nodiscard]] bool holder_is_dead(const std::string& text) const;
  /// Watches the holder; true once it counts as dead.
  bool watch(const std::string& text);
  [[noreturn]] void fail_held() const;
  /// False if the lock's name is another file's by now, or nobody's.
  [[nodiscard]] bool has_name() const;
  void write_record();
  void count_up();

  std::string path_;
  std::string lock_path_;
  DiskFile file_;
  double began_ = 0.0;
  bool said_no_locks_ = false;
  std::string seen_;  // of a holder that may live on another machine
  double seen_since_ = 0.0;
  bool lives_ = false;
  std::string dead_;  // of a holder that is dead, though its lock is held
  double dead_since_ = 0.0;

  std::string record_;
  std::uint64_t beats_ = 0;
  bool on_network_ = false;
  std::mutex mutex_;
  bool released_ = false;
  std::condition_variable wake_;
  std::thread counter_;
};

}  // namespace trawl
