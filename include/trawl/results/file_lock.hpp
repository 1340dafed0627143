#pragma once

#include <string>

#include "trawl/results/disk_file.hpp"

namespace trawl {

/// Keeps a second writer of FILE.h5 out while it lives: flock(2) on FILE.h5.lock, which
/// says who holds it and is removed at the end.
class FileLock {
 public:
  /// Waits up to `seconds`. Throws StoreError "another run writes this file: host, pid, since", or
  /// if the folder cannot be written. Where the file system has no locks, says so and goes on:
  /// the journal's segments still guard.
  FileLock(const std::string& path, double seconds);
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock() { release(); }
  void release();

 private:
  bool try_lock();
  std::string path_;
  std::string lock_path_;
  DiskFile file_;
};

}  // namespace trawl
