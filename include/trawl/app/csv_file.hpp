#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "trawl/base/disk_file.hpp"
#include "trawl/results/temporary_file.hpp"

namespace trawl {

/// A CSV file (RFC 4180, lines end with \n) that comes to be as a whole or not at all: it is written beside
/// `path` and gets that name by publish(). Floats have as many digits as it takes to read the same bits
/// again; NaN is an empty cell. Throws StoreError where it cannot be written.
class CsvFile {
 public:
  explicit CsvFile(std::string path);
  void cell(std::string_view text);
  void cell(const std::string& text) { cell(std::string_view(text)); }
  void cell(const char* text) { cell(std::string_view(text)); }
  void cell(double value);
  void cell(std::int64_t value);
  void cell(std::uint64_t value);
  void cell(bool value) { cell(value ? "true" : "false"); }
  void end_row();
  /// All rows are on their way to the disk; may be called once.
  void close();
  /// Requires close().
  void publish() { temporary_.publish(path_); }

 private:
  void begin_cell();
  void flush();

  std::string path_;
  TemporaryFile temporary_;
  DiskFile file_;
  std::string buffer_;
  bool in_row_ = false;
};

}  // namespace trawl
