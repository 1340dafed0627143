// Writes a table that comes to be as a whole or not at all.
#include "trawl/app/csv_file.hpp"

#include <cmath>
#include <iterator>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "trawl/app/text_table.hpp"
#include "trawl/study/parameter.hpp"

namespace trawl {

CsvFile::CsvFile(std::string path)
    : path_(std::move(path)),
      temporary_(fmt::format("{}.{}.tmp", path_, getpid()), path_),
      file_(temporary_.path(), O_WRONLY | O_NOFOLLOW) {}

void CsvFile::begin_cell() {
  if (in_row_) buffer_ += ',';
  in_row_ = true;
}

void CsvFile::cell(std::string_view text) {
  begin_cell();
  buffer_ += csv_cell(text);
}

void CsvFile::cell(double value) {
  begin_cell();
  if (std::isnan(value)) return;
  buffer_ += std::isinf(value) ? fmt::format("{}", value) : to_text(ParameterValue(value));
}

void CsvFile::cell(std::int64_t value) {
  begin_cell();
  fmt::format_to(std::back_inserter(buffer_), "{}", value);
}

void CsvFile::cell(std::uint64_t value) {
  begin_cell();
  fmt::format_to(std::back_inserter(buffer_), "{}", value);
}

void CsvFile::end_row() {
  constexpr std::size_t kBufferBytes = std::size_t{1} << 20;
  buffer_ += '\n';
  in_row_ = false;
  if (buffer_.size() >= kBufferBytes) flush();
}

void CsvFile::flush() {
  file_.write_all(buffer_);
  buffer_.clear();
}

void CsvFile::close() {
  flush();
  file_.close();
}

}  // namespace trawl
