// Holds a version until it takes its name.
#pragma once

#include <filesystem>
#include <random>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "trawl/base/disk_file.hpp"
#include "trawl/base/output_path.hpp"
#include "trawl/base/removed_on_signal.hpp"

namespace trawl {

/// The file in which a version grows, empty at first; removed if the version does not come to be.
class TemporaryFile {
 public:
  /// `target`: the file it may take the place of, which nobody may read here who may not read it there.
  TemporaryFile(std::string path, const std::string& target)
      : path_(free_of_others(std::move(path))), on_signal_(path_) {
    constexpr unsigned kOwner = 0600;
    constexpr unsigned kAnybody = 0666;
    make_own_file(path_, file_state(target).exists ? kOwner : kAnybody);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    std::error_code ignored;
    if (!published_) std::filesystem::remove(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Returns what it was when it got its name.
  FileState publish(const std::string& name) {
    const FileState state = publish_file(path_, name);
    published_ = true;
    return state;
  }

 private:
  // Another user may take names in a folder that anybody may write, but not all of them.
  static std::string free_of_others(std::string path) {
    if (!is_others(path)) return path;
    std::random_device random;
    return fmt::format("{}.{:08x}{:08x}", path, random(), random());
  }

  std::string path_;
  RemovedOnSignal on_signal_;
  bool published_ = false;
};

}  // namespace trawl
