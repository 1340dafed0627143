#include "trawl/results/file_lock.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trawl/base/clock.hpp"
#include "trawl/base/error.hpp"
#include "trawl/base/host.hpp"
#include "trawl/base/log.hpp"

namespace trawl {
namespace {

std::string holder(const DiskFile& file) {
  std::array<char, 512> text{};
  const std::size_t n = file.read_at(0, text.data(), text.size());
  return n == 0 ? "its name is not known yet" : std::string(text.data(), n);
}

}  // namespace

FileLock::FileLock(const std::string& path, double seconds, const std::function<bool()>& stop_requested)
    : path_(path), lock_path_(path + ".lock") {
  const double give_up = steady_time() + seconds;
  while (!try_lock()) {
    if (stop_requested()) {
      throw StopRequested(
          fmt::format("stopped while another run held {}; the same command carries on", path_));
    }
    if (steady_time() >= give_up) {
      throw StoreError(
          fmt::format("another run writes {}: {}; wait for its end, or stop it", path_, holder(file_)));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  if (ftruncate(file_.get(), 0) == 0) {
    file_.write_all(
        fmt::format("host {}, pid {}, since {}", host_name(), getpid(), format_time(unix_time())));
  }
}

bool FileLock::try_lock() {
  file_ = DiskFile(lock_path_, O_RDWR | O_CREAT | O_APPEND);
  if (flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
    const int code = errno;
    if (code == EWOULDBLOCK || code == EINTR) return false;
    log_warning("{} cannot be locked ({}): take care that only one run writes {}", lock_path_,
                system_message(code), path_);
    return true;
  }
  // The last holder may have removed the file between our open and our lock: then it guards nothing.
  return has_name();
}

bool FileLock::has_name() const {
  struct stat ours {};
  const FileState named = file_state(lock_path_);
  return fstat(file_.get(), &ours) == 0 && named.exists && named.inode == ours.st_ino &&
         named.device == ours.st_dev;
}

void FileLock::release() {
  if (!file_.is_open()) return;
  // Where somebody removed our file, the name may be another run's lock by now.
  if (has_name()) unlink(lock_path_.c_str());
  file_ = DiskFile();
}

}  // namespace trawl
