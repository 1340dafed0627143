#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace trawl {

/// A file read from front to end, unpacked on the way if its content is gzip (whatever its
/// name). Everything that goes wrong is a DataError that names the file.
class InputFile {
 public:
  /// Throws if the file is missing, unreadable, a directory or empty.
  explicit InputFile(const std::string& path);

  /// Up to `n` bytes; fewer only at the end of the file. Throws if the gzip data is cut short
  /// or damaged.
  std::size_t read(void* bytes, std::size_t n);

  [[nodiscard]] const std::string& path() const { return path_; }
  /// As many bytes can come of it at most. Requires that some were read.
  [[nodiscard]] std::uint64_t largest_size() const;
  /// Of all that is read; 0 where it is packed or a pipe, and nobody knows. Requires that some was read.
  [[nodiscard]] std::uint64_t plain_size() const;

 private:
  struct Close {
    void operator()(void* file) const noexcept;
  };
  std::string path_;
  std::uint64_t packed_size_ = 0;
  std::unique_ptr<void, Close> file_;  // zlib's gzFile, which its header alone can name
};

/// Throws DataError unless so many bytes of a data set can be in this machine's memory at once.
void require_memory(const std::string& path, std::uint64_t bytes);

/// The longest line that is read: a file that is no table may have no line ends at all, for gigabytes.
constexpr std::size_t kMaxLineBytes = std::size_t{1} << 26;

/// The lines of a text file, without "\n" or "\r\n" and without a byte order mark in front.
class LineReader {
 public:
  explicit LineReader(InputFile& file) : file_(file) {}

  /// False at the end. `line` lives until the next call. Throws DataError for a line above kMaxLineBytes.
  bool next(std::string_view& line);
  /// What comes next: so many lines, or fewer (two at least) if they are long, or as much as there is; lives
  /// until the next call. Throws as next().
  std::string_view peek(std::size_t n_lines);
  /// Of the last line, 1-based.
  [[nodiscard]] std::int64_t number() const { return number_; }

 private:
  void fill();
  void check_length(std::size_t n_bytes) const;

  InputFile& file_;
  std::string buffer_;
  std::size_t start_ = 0;
  std::int64_t number_ = 0;
  bool at_end_ = false;
};

}  // namespace trawl
