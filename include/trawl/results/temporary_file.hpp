#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "trawl/base/disk_file.hpp"

namespace trawl {

/// Removes the temporary file of a version that did not come to be.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string path) : path_(std::move(path)) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    std::error_code ignored;
    if (!published_) std::filesystem::remove(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }
  void publish(const std::string& name) {
    publish_file(path_, name);
    published_ = true;
  }

 private:
  std::string path_;
  bool published_ = false;
};

}  // namespace trawl
