// Reads, writes and replaces files so that no failure goes unnoticed.
#include "trawl/base/disk_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
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
    case ELOOP: return "; links are not followed there";
    default: return may_pass(code) ? "; when the file system works again, the same command carries on" : "";
  }
}

bool is_full(int code) { return code == ENOSPC || code == EDQUOT; }

// Of the file that is to be replaced. Where its group cannot be kept, that group's rights go to nobody else.
void keep_access(int file, const std::string& replaced) {
  struct stat old {};
  struct stat now {};
  if (stat(replaced.c_str(), &old) != 0 || fstat(file, &now) != 0) return;
  mode_t mode = old.st_mode & 0777;
  const bool same_owner = old.st_uid == now.st_uid && old.st_gid == now.st_gid;
  if (!same_owner && fchown(file, old.st_uid, old.st_gid) != 0 && old.st_gid != now.st_gid &&
      fchown(file, static_cast<uid_t>(-1), old.st_gid) != 0) {
    mode = (mode & ~static_cast<mode_t>(S_IRWXG)) | ((mode & S_IRWXO) << 3);
  }
  static_cast<void>(fchmod(file, mode));
  constexpr const char* kAccessList = "system.posix_acl_access";
  std::array<char, 4096> list{};
  const ssize_t n = getxattr(replaced.c_str(), kAccessList, list.data(), list.size());
  if (n > 0) static_cast<void>(fsetxattr(file, kAccessList, list.data(), static_cast<std::size_t>(n), 0));
}

}  // namespace

bool may_pass(int code) {
  switch (code) {
    case EIO:
    case ESTALE:
    case ENOTCONN:
    case ENXIO:
    case ETIMEDOUT:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENETDOWN:
    case ENETUNREACH:
    case ESHUTDOWN:
    case ECONNABORTED:
    case ECONNRESET:
    case ECONNREFUSED:
    case EREMOTEIO: return true;
    default: return false;
  }
}

bool tells_it_may_pass(std::string_view text) {
  constexpr std::string_view kKey = "errno = ";
  const std::size_t at = text.rfind(kKey);
  if (at == std::string_view::npos) return false;
  int code = 0;
  std::from_chars(text.data() + at + kKey.size(), text.data() + text.size(), code);
  return may_pass(code);
}

void fail_system(const std::string& what, const std::string& path, int code) {
  const std::string text = fmt::format("cannot {} {}: {}{}", what, path, system_message(code), remedy(code));
  if (is_full(code)) throw NoRoomError(text);
  if (may_pass(code)) throw UnreachableError(text);
  if (code == ENOENT) throw MissingFileError(text);
  throw StoreError(text);
}

DiskFile::DiskFile(const std::string& path, int flags, unsigned mode)
    : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)), path_(path) {
  if (fd_ < 0) fail((flags & O_CREAT) != 0 ? "create" : "open");
}

DiskFile::~DiskFile() {
  if (fd_ >= 0) ::close(fd_);
}

void DiskFile::fail(const char* what) const { fail_system(what, path_, errno); }

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
  if (fdatasync(fd_) != 0) fail("make durable");
}

void DiskFile::close() {
  if (fd_ >= 0 && ::close(std::exchange(fd_, -1)) != 0) fail("close");
}

FileState file_state(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return {};
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  return {info.st_dev,
          info.st_ino,
          static_cast<std::uint64_t>(info.st_size),
          info.st_mtim.tv_sec * kNanoseconds + info.st_mtim.tv_nsec,
          true,
          info.st_nlink};
}

bool is_regular_file(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

void copy_file(const std::string& from, const std::string& to) {
  const DiskFile source(from, O_RDONLY);
  DiskFile target(to, O_WRONLY | O_TRUNC | O_NOFOLLOW);
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
  const DiskFile file(path, O_WRONLY | O_NOFOLLOW);
  int failed = -1;
  do {
    failed = fallocate(file.get(), FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(bytes));
  } while (failed != 0 && errno == EINTR);
  const int code = errno;
  if (failed != 0 && (is_full(code) || may_pass(code))) fail_system("make room for", path, code);
}

void sync_folder(const std::string& folder) {
  const DiskFile descriptor(folder, O_RDONLY | O_DIRECTORY);
  // Some file systems cannot sync a folder (EINVAL); there is nothing better to do then.
  if (fsync(descriptor.get()) != 0 && errno != EINVAL) fail_system("make durable the folder", folder, errno);
}

FileState publish_file(const std::string& from, const std::string& to, Sync sync) {
  DiskFile file(from, O_RDWR | O_NOFOLLOW);
  keep_access(file.get(), to);
  if (ftruncate(file.get(), static_cast<off_t>(file.size())) != 0) fail_system("cut", from, errno);
  if (sync == Sync::yes && fsync(file.get()) != 0) fail_system("make durable", from, errno);
  file.close();
  const FileState state = file_state(from);
  if (rename(from.c_str(), to.c_str()) != 0) fail_system("rename to " + to, from, errno);
  if (sync == Sync::yes) sync_folder(folder_of(to));
  return state;
}

unsigned mode_beside(const std::string& path) {
  constexpr unsigned kAnybody = 0666;
  struct stat info {};
  return stat(path.c_str(), &info) == 0 ? info.st_mode & kAnybody : kAnybody;
}

bool is_network_folder(const std::string& folder) {
  constexpr std::uint32_t kFuse = 0x65735546;
  constexpr std::uint32_t kCifs = 0xFF534D42;
  constexpr std::uint32_t kSmb2 = 0xFE534D42;
  constexpr std::uint32_t kLustre = 0x0BD00BD0;
  constexpr std::uint32_t kGpfs = 0x47504653;
  struct statfs info {};
  if (statfs(folder.c_str(), &info) != 0) return false;
  const auto type = static_cast<std::uint32_t>(info.f_type);
  return type == NFS_SUPER_MAGIC || type == kFuse || type == kCifs || type == kSmb2 || type == kLustre ||
         type == kGpfs || type == V9FS_MAGIC || type == CEPH_SUPER_MAGIC || type == AFS_SUPER_MAGIC;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace trawl
