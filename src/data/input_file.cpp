// Reads a file from front to end, unpacked on the way.
#include "trawl/data/input_file.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "trawl/base/error.hpp"
#include "trawl/base/host.hpp"

namespace trawl {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{1} << 18;
// A deflate block of 258 bytes takes two bits at best, so gzip never packs tighter.
constexpr std::uint64_t kMaxGzipRatio = 258 * 8 / 2;

/// Throws if there is nothing to read; its size otherwise.
std::uint64_t check_readable(int file, const std::string& path) {
  struct stat status {};
  if (fstat(file, &status) != 0) throw DataError(fmt::format("{}: {}", path, system_message(errno)));
  if (S_ISDIR(status.st_mode)) throw DataError(fmt::format("{}: a folder, where a file is expected", path));
  if (status.st_size == 0 && S_ISREG(status.st_mode)) {
    throw DataError(fmt::format("{}: the file is empty; fetch or write it again", path));
  }
  return static_cast<std::uint64_t>(status.st_size);
}

gzFile as_gz(void* file) { return static_cast<gzFile>(file); }

}  // namespace

void InputFile::Close::operator()(void* file) const noexcept { gzclose(as_gz(file)); }

InputFile::InputFile(const std::string& path) : path_(path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    throw DataError(
        fmt::format("{}: cannot open the file: {}; is the path right? Relative paths of a job "
                    "file start at its folder",
                    path, system_message(errno)));
  }
  try {
    packed_size_ = check_readable(file, path);
  } catch (...) {
    close(file);
    throw;
  }
  file_.reset(gzdopen(file, "rb"));
  if (!file_) {
    close(file);
    throw DataError(fmt::format("{}: no memory to read the file", path));
  }
  gzbuffer(as_gz(file_.get()), static_cast<unsigned>(kChunkBytes));
}

std::size_t InputFile::read(void* bytes, std::size_t n) {
  constexpr std::size_t kMaxPiece = std::numeric_limits<int>::max();
  std::size_t done = 0;
  while (done < n) {
    const auto piece = static_cast<unsigned>(std::min(n - done, kMaxPiece));
    const int got = gzread(as_gz(file_.get()), static_cast<char*>(bytes) + done, piece);
    int code = Z_OK;
    const char* message = gzerror(as_gz(file_.get()), &code);
    if (got < 0 || (code != Z_OK && code != Z_STREAM_END)) {
      throw DataError(fmt::format("{}: {}; fetch or write it again", path_,
                                  code == Z_BUF_ERROR ? "the gzip data is cut short"
                                  : code == Z_ERRNO   ? system_message(errno)
                                                    : fmt::format("the gzip data is damaged ({})", message)));
    }
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

std::uint64_t InputFile::largest_size() const {
  return packed_size_ * (gzdirect(as_gz(file_.get())) != 0 ? 1 : kMaxGzipRatio);
}

std::uint64_t InputFile::plain_size() const { return gzdirect(as_gz(file_.get())) != 0 ? packed_size_ : 0; }

void require_memory(const std::string& path, std::uint64_t bytes) {
  const std::uint64_t here = memory_bytes();
  if (bytes <= here) return;
  throw DataError(
      fmt::format("{}: its rows take more than {} GB of memory, and this machine has {} GB; use fewer", path,
                  bytes >> 30, here >> 30));
}

void LineReader::fill() {
  buffer_.erase(0, start_);
  start_ = 0;
  const std::size_t before = buffer_.size();
  buffer_.resize(before + kChunkBytes);
  const std::size_t got = file_.read(buffer_.data() + before, kChunkBytes);
  buffer_.resize(before + got);
  at_end_ = got < kChunkBytes;
}

void LineReader::check_length(std::size_t n_bytes) const {
  if (n_bytes <= kMaxLineBytes) return;
  throw DataError(fmt::format("{}, line {}: longer than {} MB; is it a table of text with a row a line?",
                              file_.path(), number_ + 1, kMaxLineBytes >> 20));
}

std::string_view LineReader::peek(std::size_t n_lines) {
  std::size_t end = start_;
  for (std::size_t n = 0; n < 2 || (n < n_lines && end - start_ < kChunkBytes);) {
    const std::size_t at = buffer_.find('\n', end);
    if (at != std::string::npos) {
      end = at + 1;
      ++n;
      continue;
    }
    if (at_end_) return std::string_view(buffer_).substr(start_);
    if (n == 0) check_length(buffer_.size() - start_);
    end -= start_;  // fill() moves what is there to the front
    fill();
  }
  return std::string_view(buffer_).substr(start_, end - start_);
}

bool LineReader::next(std::string_view& line) {
  std::size_t end = buffer_.find('\n', start_);
  while (end == std::string::npos && !at_end_) {
    const std::size_t searched = buffer_.size() - start_;
    check_length(searched);
    fill();
    end = buffer_.find('\n', start_ + searched);
  }
  if (end == std::string::npos && start_ == buffer_.size()) return false;
  line = std::string_view(buffer_).substr(start_, std::min(end, buffer_.size()) - start_);
  start_ = end == std::string::npos ? buffer_.size() : end + 1;
  if (++number_ == 1 && line.substr(0, 3) == "\xEF\xBB\xBF") line.remove_prefix(3);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return true;
}

}  // namespace trawl
