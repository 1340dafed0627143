// Makes a place for temporary files that no other user can foresee or enter.
#include "trawl/base/private_folder.hpp"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trawl/base/error.hpp"
#include "trawl/base/host.hpp"

namespace trawl {
namespace {

namespace fs = std::filesystem;

std::string temporary_folder() {
  const char* folder = std::getenv("TMPDIR");
  return folder != nullptr && *folder != '\0' ? folder : "/tmp";
}

// Other hosts may share the folder, and their locks.
std::string name_prefix() { return fmt::format("trawl-{}-{}-", getuid(), host_name()); }

[[noreturn]] void fail(const std::string& what, int error) {
  throw StoreError(fmt::format(
      "{}: {}; make room in the folder of temporary files, or choose another one by the environment "
      "variable TMPDIR (now {})",
      what, system_message(error), temporary_folder()));
}

// Between its making and its lock a folder looks as if nobody used it.
bool is_old(const struct stat& found) {
  constexpr std::time_t kSecondsToLock = 60;
  return found.st_mtime + kSecondsToLock < std::time(nullptr);
}

bool is_left_behind(const std::string& path) {
  const FileDescriptor folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat found = {};
  return folder.is_open() && is_own(folder.get()) && fstat(folder.get(), &found) == 0 && is_old(found) &&
         flock(folder.get(), LOCK_EX | LOCK_NB) == 0;
}

}  // namespace

bool is_own(int file) {
  struct stat found = {};
  return fstat(file, &found) == 0 && found.st_uid == geteuid();
}

PrivateFolder::PrivateFolder() {
  std::string name = fmt::format("{}/{}{}-XXXXXX", temporary_folder(), name_prefix(), getpid());
  if (mkdtemp(name.data()) == nullptr) fail("cannot make a folder in " + temporary_folder(), errno);
  path_ = name;
  lock_ = FileDescriptor(open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (lock_.is_open()) flock(lock_.get(), LOCK_EX | LOCK_NB);
}

void PrivateFolder::check_room(std::int64_t bytes) const {
  const std::string name = path_ + "/room";
  const FileDescriptor file(open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  const int error = file.is_open() ? posix_fallocate(file.get(), 0, bytes) : errno;
  unlink(name.c_str());
  if (error != 0) fail(fmt::format("cannot write {} KB in {}", bytes / 1024, temporary_folder()), error);
}

void PrivateFolder::remove() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
  path_.clear();
  lock_.reset();
}

void PrivateFolder::remove_left_behind() {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(temporary_folder(), error)) {
    const std::string path = entry.path().string();
    const bool is_ours = entry.path().filename().string().rfind(name_prefix(), 0) == 0;
    std::error_code ignored;
    if (is_ours && is_left_behind(path)) fs::remove_all(path, ignored);
  }
}

}  // namespace trawl
