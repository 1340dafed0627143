// Reads a table record by record.
#include "trawl/data/csv_table.hpp"

#include "trawl/base/error.hpp"
#include "trawl/base/text.hpp"
#include "trawl/data/csv_separator.hpp"
#include "trawl/data/file_kind.hpp"

namespace trawl {
namespace {

/// Enough to tell a separator, and to compare the first two records.
constexpr std::size_t kLinesLookedAt = 8;

void check_text(const std::string& path, std::string_view head) {
  refuse_foreign(path, head.substr(0, kKindBytes));
  const std::string source = source_of(head);
  if (!source.empty()) {
    throw DataError(
        fmt::format("{}: no text file, but one of source: {}; set data.source: {}", path, source, source));
  }
  if (head.find('\r') != head.npos && head.find('\n') == head.npos) {
    throw DataError(
        fmt::format("{}: its lines end in CR alone, as on old Macs; write it anew: tr '\\r' '\\n' < {} > NEW",
                    path, shell_path(path)));
  }
  if (head.find('\0') == head.npos) return;
  throw DataError(fmt::format(
      "{}: no text file, so no CSV table; for IDX files use source: idx, for HDF5 source: hdf5", path));
}

}  // namespace

CsvTable::CsvTable(const std::string& path) : file_(path), lines_(file_) {
  std::string_view head = lines_.peek(kLinesLookedAt);
  check_text(path, head);
  if (head.substr(0, 3) == "\xEF\xBB\xBF") head.remove_prefix(3);
  refuse_other_separators(path, head);
  first_ = judge_first_record(head);
}

bool CsvTable::next() {
  std::string_view text;
  do {
    if (!lines_.next(text)) return false;
    bytes_read_ += text.size() + 1;
  } while (is_blank(text));
  line_ = lines_.number();
  if (!record_.split(text)) join_lines(text);
  if (cells().size() <= kMaxColumns) return true;
  throw DataError(fmt::format("{}, line {}: more than {} columns; is it a table with a row a line?", path(),
                              line_, kMaxColumns));
}

double CsvTable::share_read() const {
  const std::uint64_t size = file_.plain_size();
  return size == 0 ? 0.0 : static_cast<double>(bytes_read_) / static_cast<double>(size);
}

void CsvTable::join_lines(std::string_view begin) {
  constexpr std::size_t kMostLines = 100;  // more of them are no cell
  joined_ = begin;
  std::string_view text;
  for (std::size_t n = 1; n < kMostLines && joined_.size() < kMaxLineBytes && lines_.next(text); ++n) {
    joined_ += '\n';
    joined_ += text;
    if (text.find('"') != text.npos && record_.split(joined_)) return;
  }
  throw DataError(fmt::format(
      "{}, line {}: a quote (\") is opened and never closed; close it, or write it twice inside of "
      "a quoted cell",
      path(), line_));
}

}  // namespace trawl
