#include "trawl/data/table.hpp"

#include <numeric>

#include <fmt/format.h>

namespace trawl {

std::string place_of_label(const Table& table, std::int64_t row) {
  if (!table.lines.empty()) {
    return fmt::format("{}, line {}", table.labels_origin, table.lines[static_cast<std::size_t>(row)]);
  }
  return fmt::format("{}, row {} (0-based)", table.labels_origin, row);
}

Selection all_rows(const Table& table) {
  Selection selection{&table, std::vector<std::int64_t>(static_cast<std::size_t>(table.rows))};
  std::iota(selection.rows.begin(), selection.rows.end(), 0);
  return selection;
}

}  // namespace trawl
