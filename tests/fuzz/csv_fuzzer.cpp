// CSV tables. The first line is the label column, after "gzip " where the rest is to be packed.
#include <cmath>

#include "fuzzing.hpp"
#include "pack.hpp"
#include "trawl/base/error.hpp"
#include "trawl/data/csv.hpp"

namespace trawl::fuzzing {
namespace {

void check_table(const Table& table) {
  const auto& features = std::get<std::vector<double>>(table.features);
  const auto rows = static_cast<std::size_t>(table.rows);
  FUZZ_CHECK(table.rows > 0 && table.columns > 0, "{} x {}", table.rows, table.columns);
  FUZZ_CHECK(features.size() == rows * static_cast<std::size_t>(table.columns), "{}", features.size());
  FUZZ_CHECK(table.labels.size() == rows && table.lines.size() == rows, "{}", rows);
  FUZZ_CHECK(table.column_names.empty() || std::ssize(table.column_names) == table.columns);
  for (const double value : features) FUZZ_CHECK(std::isfinite(value), "{}", value);
  for (const std::int32_t label : table.labels) FUZZ_CHECK(label >= 0 && label < kMaxClasses, "{}", label);
}

std::string csv_text(const Table& table) {
  const auto& features = std::get<std::vector<double>>(table.features);
  std::string text;
  for (std::int64_t i = 0; i < table.columns; ++i) text += fmt::format("c{},", i);
  text += "label\n";
  auto value = features.begin();
  for (const std::int32_t label : table.labels) {
    for (std::int64_t i = 0; i < table.columns; ++i) text += fmt::format("{},", *value++);
    text += fmt::format("{}\n", label);
  }
  return text;
}

void run(std::string_view bytes) {
  static MemoryFile file;
  const std::size_t line = std::min(bytes.find('\n'), bytes.size());
  std::string label_column(bytes.substr(0, line));
  bytes.remove_prefix(std::min(line + 1, bytes.size()));
  const bool packed = label_column.rfind("gzip ", 0) == 0;
  if (packed) label_column.erase(0, 5);
  file.with(packed ? gzip(bytes) : bytes);
  Table table;
  if (!accepted<DataError>([&] { table = read_csv(file.path(), {label_column}); })) return;
  check_table(table);
  file.with(csv_text(table));
  const Table again = read_csv(file.path(), {"label"});
  FUZZ_CHECK(again.features == table.features && again.labels == table.labels, "{}", csv_text(table));
}

}  // namespace

const Target target{.run = run};

}  // namespace trawl::fuzzing
