#pragma once

#include <functional>
#include <string>

#include "trawl/base/disk_file.hpp"

namespace trawl {

/// Keeps a second writer of FILE.h5 out while it lives: flock(2) on FILE.h5.lock, which
/// says who holds it and is removed at the end.
class FileLock {
 public:
  /// Waits up to `seconds`, asking `stop_requested` meanwhile. Throws StopRequested where that answers
  /// true, StoreError "another run writes this file: host, pid, since", or
  /// if the folder cannot be written. Where the file system has no locks, says so and goes on:
  /// the journal's segments still guard.
  FileLock(
      const std::string& path, double seconds,
      const std::function<bool()>& stop_requested = [] { return false; });
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock() { release(); }
  void release();

 private:
  bool try_lock();
  /// False if the lock's name is another file's by now, or nobody's.
  [[nodiscard]] bool has_name() const;
  std::string path_;
  std::string lock_path_;
  DiskFile file_;
};

}  // namespace trawl
