#pragma once

#include <cstddef>
#include <string>

namespace trawl {

/// While it lives, a signal that ends the process removes the file first: see remove_files_on_signals(). Some
/// dozens at a time; what is beyond that stays behind.
class RemovedOnSignal {
 public:
  explicit RemovedOnSignal(const std::string& path);
  RemovedOnSignal(const RemovedOnSignal&) = delete;
  RemovedOnSignal& operator=(const RemovedOnSignal&) = delete;
  ~RemovedOnSignal();

 private:
  std::size_t place_;
};

/// From now on SIGINT, SIGTERM and SIGHUP remove those files, and then end the process as they do anyway. For
/// verbs that have nothing else to bring to an end.
void remove_files_on_signals();

}  // namespace trawl
