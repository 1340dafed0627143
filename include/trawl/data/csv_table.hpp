#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "trawl/data/csv_cells.hpp"
#include "trawl/data/csv_header.hpp"
#include "trawl/data/input_file.hpp"

namespace trawl {

/// The records of a table, one after the other. Everything that goes wrong is a DataError that names the
/// file.
class CsvTable {
 public:
  /// Looks at the beginning. Throws if the file is no text, or its cells are not separated by commas.
  explicit CsvTable(const std::string& path);

  /// False at the end; empty lines are passed over. Throws for more than kMaxColumns cells and for a quote
  /// that is never closed.
  bool next();

  /// Of the last record; they live until the next call.
  [[nodiscard]] const CsvCells& cells() const { return record_.cells(); }
  /// Of the last record's first line, 1-based.
  [[nodiscard]] std::int64_t line() const { return line_; }
  [[nodiscard]] const std::string& path() const { return file_.path(); }
  /// The share of the file that was read; 0 where that is not known.
  [[nodiscard]] double share_read() const;
  /// What the first record is, as far as the first two tell.
  [[nodiscard]] const FirstRecord& first() const { return first_; }

 private:
  void join_lines(std::string_view begin);

  InputFile file_;
  LineReader lines_;
  FirstRecord first_;
  CsvRecord record_;
  std::string joined_;  // a record of more than one line
  std::int64_t line_ = 0;
  std::uint64_t bytes_read_ = 0;
};

}  // namespace trawl
