#include "trawl/base/disk_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "trawl/base/error.hpp"

namespace trawl {
namespace {

std::string remedy(int code) {
  switch (code) {
    case ENOSPC:
    case EDQUOT: return "; make room and give the same command again: it resumes";
    case EACCES:
    case EROFS: return "; choose another place for the results with -o";
    case ENOENT: return "; does its folder exist?";
    default: return "";
  }
}

std::string failure(const std::string& what, const std::string& path, int code) {
  return fmt::format("cannot {} {}: {}{}", what, path, system_message(code), remedy(code));
}

[[noreturn]] void fail_system(const std::string& what, const std::string& path) {
  throw StoreError(failure(what, path, errno));
}

bool is_full(int code) { return code == ENOSPC || code == EDQUOT; }

[[noreturn]] void fail_full(const std::string& what, const std::string& path, int code) {
  throw NoRoomError(failure(what, path, code));
}

}  // namespace

DiskFile::DiskFile(const std::string& path, int flags)
    : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0666)), path_(path) {
  if (fd_ < 0) fail((flags & O_CREAT) != 0 ? "create" : "open");
}

DiskFile::~DiskFile() {
  if (fd_ >= 0) ::close(fd_);
}

void DiskFile::fail(const char* what) const {
  const int code = errno;
  if (is_full(code)) fail_full(what, path_, code);
  errno = code;
  fail_system(what, path_);
}

void DiskFile::write_all(std::string_view bytes) { write_front(bytes); }

void DiskFile::write_front(std::string_view& bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("write");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

std::size_t DiskFile::read_at(std::uint64_t offset, char* data, std::size_t size) const {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t n = ::pread(fd_, data + done, size - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("read");
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

std::uint64_t DiskFile::size() const {
  struct stat info {};
  if (fstat(fd_, &info) != 0) fail("look at");
  return static_cast<std::uint64_t>(info.st_size);
}

void DiskFile::sync_data() const {
  // Also on a full disk: what was written before may be gone then.
  if (fdatasync(fd_) != 0) fail_system("make durable", path_);
}

void DiskFile::close() {
  if (fd_ >= 0 && ::close(std::exchange(fd_, -1)) != 0) fail_system("close", path_);
}

FileState file_state(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return {};
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  return {info.st_dev, info.st_ino, static_cast<std::uint64_t>(info.st_size),
          info.st_mtim.tv_sec * kNanoseconds + info.st_mtim.tv_nsec, true};
}

void copy_file(const std::string& from, const std::string& to) {
  const DiskFile source(from, O_RDONLY);
  DiskFile target(to, O_WRONLY | O_CREAT | O_TRUNC);
  constexpr std::size_t kPiece = 4UL << 20;
  std::string piece(kPiece, '\0');
  std::uint64_t done = 0;
  while (const std::size_t n = source.read_at(done, piece.data(), kPiece)) {
    target.write_all(std::string_view(piece).substr(0, n));
    // Only a hint: where it is not supported, publish_file syncs all at the end.
    sync_file_range(target.get(), static_cast<off_t>(done), static_cast<off_t>(n), SYNC_FILE_RANGE_WRITE);
    done += n;
  }
  target.close();
}

void require_room(const std::string& path, std::uint64_t bytes) {
  struct statvfs info {};
  if (statvfs(folder_of(path).c_str(), &info) != 0) return;  // then writing will tell
  const std::uint64_t free = static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
  if (free < bytes) {
    throw NoRoomError(fmt::format("no room to write {}: {} MB are free and {} MB are needed; make room", path,
                                  free >> 20, (bytes >> 20) + 1));
  }
}

void reserve_room(const std::string& path, std::uint64_t bytes) {
  const DiskFile file(path, O_WRONLY);
  int failed = -1;
  do {
    failed = fallocate(file.get(), FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(bytes));
  } while (failed != 0 && errno == EINTR);
  const int code = errno;
  if (failed != 0 && is_full(code)) fail_full("make room for", path, code);
}

void sync_folder(const std::string& folder) {
  const DiskFile descriptor(folder, O_RDONLY | O_DIRECTORY);
  // Some file systems cannot sync a folder (EINVAL); there is nothing better to do then.
  if (fsync(descriptor.get()) != 0 && errno != EINVAL) fail_system("make durable the folder", folder);
}

void publish_file(const std::string& from, const std::string& to) {
  DiskFile file(from, O_RDWR);
  if (ftruncate(file.get(), static_cast<off_t>(file.size())) != 0) fail_system("cut", from);
  if (fsync(file.get()) != 0) fail_system("make durable", from);
  file.close();
  if (rename(from.c_str(), to.c_str()) != 0) fail_system("rename to " + to, from);
  sync_folder(folder_of(to));
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace trawl
