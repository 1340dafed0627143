#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace trawl {

/// An open file of the system. Every failure is a StoreError that names the file, as of fail_system().
class DiskFile {
 public:
  DiskFile() = default;
  /// `flags` as for open(2), with O_CLOEXEC added; new files get `mode` less the umask.
  DiskFile(const std::string& path, int flags, unsigned mode = 0666);
  DiskFile(DiskFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}
  DiskFile& operator=(DiskFile&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(path_, other.path_);
    return *this;
  }
  DiskFile(const DiskFile&) = delete;
  DiskFile& operator=(const DiskFile&) = delete;
  ~DiskFile();

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  [[nodiscard]] const std::string& path() const { return path_; }

  /// All of `bytes` at the end of the file; in one write(2) unless the system takes less.
  void write_all(std::string_view bytes);
  /// The same, and takes from the front of `bytes` what was written: after a failure the rest is left.
  void write_front(std::string_view& bytes);
  /// At most `size` bytes from `offset`; fewer at the end of the file.
  std::size_t read_at(std::uint64_t offset, char* data, std::size_t size) const;
  [[nodiscard]] std::uint64_t size() const;
  void sync_data() const;
  /// Reports what the system found out only now (quotas, network file systems).
  void close();

 private:
  [[noreturn]] void fail(const char* what) const;
  int fd_ = -1;
  std::string path_;
};

/// Size, time and place of a file's bytes: another value after any change.
struct FileState {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t bytes = 0;
  std::int64_t modified_ns = 0;
  bool exists = false;
  std::uint64_t names = 0;  ///< hard links; not compared
  bool operator==(const FileState& other) const {
    return device == other.device && inode == other.inode && bytes == other.bytes &&
           modified_ns == other.modified_ns && exists == other.exists;
  }
};
FileState file_state(const std::string& path);
/// False of folders, pipes and devices, and where there is nothing.
bool is_regular_file(const std::string& path);

/// Copies in pieces whose writing back is started at once, so that other writers of the
/// file system are not held up at the end.
void copy_file(const std::string& from, const std::string& to);

/// Throws NoRoomError unless `bytes` more fit beside `path`.
void require_room(const std::string& path, std::uint64_t bytes);

/// Takes the room for the first `bytes` of a file that exists, without changing what it holds. Throws
/// NoRoomError. Where the file system cannot do that, require_room() has to do.
void reserve_room(const std::string& path, std::uint64_t bytes);

/// Makes the names in a folder durable: of files that were made, renamed or removed.
void sync_folder(const std::string& folder);

/// Gives back what was reserved behind the end of `from`, makes its bytes durable, gives it the name `to`,
/// and makes the name durable. A file of that name hands down its mode, its group and, where that is
/// permitted, its owner and access list. Without sync it survives a kill, but no crash of the machine.
/// Returns what it was when it got its name: whoever changes it from then on leaves another state.
enum class Sync : bool { no, yes };
FileState publish_file(const std::string& from, const std::string& to, Sync sync = Sync::yes);

/// The rights of a file that is to hold what `path` holds: those of `path`, without the right to run it; all
/// where there is none yet, less the umask.
unsigned mode_beside(const std::string& path);

/// True where names and contents may be some seconds old because another machine keeps them.
bool is_network_folder(const std::string& folder);

/// True of an errno of a file system that may work again: its server or its network does not answer.
bool may_pass(int code);

/// The same of a library's text, as libhdf5's, which says what the system told it in words only: "errno = 5".
bool tells_it_may_pass(std::string_view text);

/// Throws the error for errno `code`: NoRoomError, UnreachableError where it may pass, MissingFileError, or
/// else StoreError.
[[noreturn]] void fail_system(const std::string& what, const std::string& path, int code);

/// The folder of a file, "." if it has none.
std::string folder_of(const std::string& path);

}  // namespace trawl
