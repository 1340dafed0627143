// Finds what a user should know of the samples before anything is trained.
#include "trawl/data/data_warnings.hpp"

#include <algorithm>

#include "trawl/base/error.hpp"
#include "trawl/data/write_prepared.hpp"

namespace trawl {
namespace {

using Classes = std::vector<bool>;  // by label: whether a row has it

Classes classes_of(const Selection& part, std::int64_t n_classes) {
  Classes seen(static_cast<std::size_t>(n_classes));
  for (const std::int64_t row : part.rows) {
    seen[static_cast<std::size_t>(part.table->labels[static_cast<std::size_t>(row)])] = true;
  }
  return seen;
}

Classes either(Classes a, const Classes& b) {
  for (std::size_t i = 0; i < b.size(); ++i) a[i] = a[i] || b[i];
  return a;
}

std::vector<std::int64_t> missing(const Classes& there, const Classes& here) {
  std::vector<std::int64_t> classes;
  for (std::size_t i = 0; i < there.size(); ++i) {
    if (there[i] && !here[i]) classes.push_back(static_cast<std::int64_t>(i));
  }
  return classes;
}

/// Outputs that no row ever asks for.
void warn_of_gaps(const Table& table, const Classes& seen, std::vector<std::string>& warnings) {
  const std::vector<std::int64_t> gaps = missing(Classes(seen.size(), true), seen);
  if (gaps.empty()) return;
  const auto n_outputs = seen.size();
  const auto first = std::find(seen.begin(), seen.end(), true) - seen.begin();
  const bool start_late = std::ssize(gaps) == first;
  warnings.push_back(
      start_late
          ? fmt::format(
                "{}: labels seem to start at {}: {} outputs for {} classes; subtract {} from all of them",
                table.labels_origin, first, n_outputs, n_outputs - gaps.size(), first)
          : fmt::format("{}: label{} {} occur{} nowhere: {} outputs for {} classes; number the classes from "
                        "0 without gaps",
                        table.labels_origin, gaps.size() > 1 ? "s" : "", list_numbers(gaps),
                        gaps.size() > 1 ? "" : "s", n_outputs, n_outputs - gaps.size()));
}

void warn_of_missing(const DataDefinition& data, const char* part_name, const Selection& part,
                     const std::vector<std::int64_t>& classes, DataSummary& summary) {
  if (classes.empty()) return;
  summary.is_part_without_class = true;
  const bool is_last = data.split == DataDefinition::Split::last;
  summary.warnings.push_back(fmt::format(
      "{}: no {} row of class{} {}{}", part.table->origin, part_name, classes.size() > 1 ? "es" : "",
      list_numbers(classes),
      is_last ? "; if the rows are sorted by class, set data.split: shuffled" : ", which has few rows"));
}

void warn_of_classes(const DataDefinition& data, const PreparedContent& content, DataSummary& summary) {
  const Classes train = classes_of(content.train, content.n_classes);
  const Classes validation = classes_of(content.validation, content.n_classes);
  const Classes seen = either(either(train, validation), classes_of(content.test, content.n_classes));
  warn_of_gaps(*content.train.table, seen, summary.warnings);
  warn_of_missing(data, "training", content.train, missing(seen, train), summary);
  warn_of_missing(data, "validation", content.validation, missing(seen, validation), summary);
}

/// By column, of the training rows.
struct ByteRange {
  std::vector<std::uint8_t> low;
  std::vector<std::uint8_t> high;
};

ByteRange byte_range_of(const std::vector<std::uint8_t>& bytes, const Selection& train) {
  const auto n = static_cast<std::size_t>(train.table->columns);
  ByteRange range{std::vector<std::uint8_t>(n, 255), std::vector<std::uint8_t>(n, 0)};
  for (const std::int64_t row : train.rows) {
    const std::uint8_t* values = bytes.data() + row * train.table->columns;
    for (std::size_t c = 0; c < n; ++c) {
      range.low[c] = std::min(range.low[c], values[c]);
      range.high[c] = std::max(range.high[c], values[c]);
    }
  }
  return range;
}

/// The columns of zeros, ones and the like beside others; none of an image, whose pixels are mostly bright
/// in some row.
std::vector<std::int64_t> small_columns(const ByteRange& range) {
  constexpr int kSmall = 16;
  constexpr std::size_t kFewColumns = 16;  // fewer are no image
  std::vector<std::int64_t> small;
  std::size_t n_varied = 0;
  for (std::size_t c = 0; c < range.low.size(); ++c) {
    if (range.high[c] == range.low[c]) continue;
    ++n_varied;
    if (range.high[c] <= kSmall) small.push_back(static_cast<std::int64_t>(c));
  }
  const bool are_many = small.size() * 4 >= n_varied;
  return are_many || n_varied < kFewColumns ? small : std::vector<std::int64_t>{};
}

void warn_of_small_bytes(const DataDefinition& data, const Selection& train, DataSummary& summary) {
  constexpr int kSmall = 32;  // an eighth of what 255 becomes
  const auto* bytes = std::get_if<std::vector<std::uint8_t>>(&train.table->features);
  if (bytes == nullptr || data.scaling != DataDefinition::Scaling::unit) return;
  const ByteRange range = byte_range_of(*bytes, train);
  const int largest = *std::max_element(range.high.begin(), range.high.end());
  const std::vector<std::int64_t> small = small_columns(range);
  if (largest >= kSmall && small.empty()) return;
  summary.are_bytes_small = true;
  const std::string text =
      largest < kSmall
          ? fmt::format(
                "no byte is above {}, and scaling: unit divides bytes by 255, so inputs stay below "
                "{:.1g}",
                largest, (largest + 0.5) / 255.0)
          : fmt::format(
                "{} of {} columns hold bytes up to 16 only, and scaling: unit divides all bytes by "
                "255, so these hardly count beside the others (columns {}, from 0)",
                small.size(), range.high.size(), list_numbers(small));
  summary.warnings.push_back(fmt::format("{}: {}; set data.scaling: standard", train.table->origin, text));
}

}  // namespace

std::int64_t count_classes(const Table& train) {
  const auto [lowest, highest] = std::minmax_element(train.labels.begin(), train.labels.end());
  if (*lowest != *highest) return *highest + std::int64_t{1};
  throw DataError(fmt::format("{}: every label is {}; there is nothing to learn from one class",
                              train.labels_origin, *lowest));
}

std::string list_numbers(const std::vector<std::int64_t>& numbers) {
  constexpr int kShown = 8;
  std::string list;
  int n_shown = 0;
  for (std::size_t i = 0; i < numbers.size(); ++n_shown) {
    if (n_shown == kShown) return fmt::format("{} and {} more", list, numbers.size() - i);
    std::size_t end = i + 1;
    while (end < numbers.size() && numbers[end] == numbers[end - 1] + 1) ++end;
    const bool is_range = end - i > 2;
    if (!list.empty()) list += ", ";
    list += is_range ? fmt::format("{} to {}", numbers[i], numbers[end - 1]) : fmt::format("{}", numbers[i]);
    i = is_range ? end : i + 1;
  }
  return list;
}

void add_warnings(const DataDefinition& data, const PreparedContent& content, DataSummary& summary) {
  const Table& table = *content.train.table;
  const std::string lost = lost_differences(content.train, content.scaling);
  if (!lost.empty()) summary.warnings.push_back(fmt::format("{}: {}", table.origin, lost));
  warn_of_small_bytes(data, content.train, summary);
  warn_of_classes(data, content, summary);
}

}  // namespace trawl
