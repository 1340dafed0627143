// Holds samples as they were read.
#include "trawl/data/table.hpp"

#include <numeric>

#include <fmt/format.h>

#include "trawl/base/text.hpp"

namespace trawl {

std::string place_of_label(const Table& table, std::int64_t row) {
  if (!table.lines.empty()) {
    return fmt::format("{}, line {}", table.labels_origin, table.lines[static_cast<std::size_t>(row)]);
  }
  return fmt::format("{}, row {} (0-based)", table.labels_origin, row);
}

std::string name_of_feature(const Table& table, std::int64_t column) {
  constexpr std::size_t kShownBytes = 40;
  if (table.column_names.empty()) return fmt::format("feature {} (0-based)", column);
  const std::string& name = table.column_names[static_cast<std::size_t>(column)];
  return fmt::format("feature {}", name.empty() ? "''" : shown_text(name, kShownBytes));
}

Selection all_rows(const Table& table) {
  Selection selection{&table, std::vector<std::int64_t>(static_cast<std::size_t>(table.rows))};
  std::iota(selection.rows.begin(), selection.rows.end(), 0);
  return selection;
}

}  // namespace trawl
