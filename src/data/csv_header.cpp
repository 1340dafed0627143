// Judges whether the first record names the columns.
#include "trawl/data/csv_header.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <vector>

namespace trawl {
namespace {

constexpr std::array kLabelNames = {"label",   "labels",   "class",     "target",  "y",
                                    "species", "category", "diagnosis", "outcome", "digit"};

std::optional<std::int64_t> whole(std::string_view cell) {
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (code != std::errc() || end != cell.data() + cell.size()) return std::nullopt;
  return value;
}

/// Whole numbers in equal steps; a step of 0 where they are none.
struct Steps {
  std::int64_t first = 0;
  std::int64_t step = 0;

  [[nodiscard]] bool count() const { return step == 1 && (first == 0 || first == 1); }
};

Steps steps_of(const CsvCells& cells) {
  Steps steps;
  std::int64_t before = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::optional<std::int64_t> value = whole(cells[i]);
    if (!value) return {};
    std::int64_t step = 0;
    if (i == 0) steps.first = *value;
    if (i > 0 && __builtin_sub_overflow(*value, before, &step)) return {};
    if (i == 1) steps.step = step;
    if (i > 1 && step != steps.step) return {};
    before = *value;
  }
  return steps;
}

bool are_whole(const CsvCells& cells) {
  return std::all_of(cells.begin(), cells.end(), [](auto cell) { return whole(cell).has_value(); });
}

/// True if every one of the names is beyond every value of the row below: 2019, 2020, 2021 above 0.5, 12, 0.
bool are_beyond(const Steps& names, std::size_t n_names, const CsvCells& row) {
  const auto last = names.first + names.step * static_cast<std::int64_t>(n_names - 1);
  const auto least = static_cast<double>(std::min(names.first, last));
  return !row.empty() && std::all_of(row.begin(), row.end(), [&](std::string_view cell) {
    return parse_number(cell).value_or(least) < least;
  });
}

/// Bare whole numbers in equal steps above one with a fraction, where the first or the last cell, that of
/// the labels, is another: "3,0,1,2" above "1,0.5,0.25,7".
bool may_be_names(const CsvCells& first, const CsvCells& second) {
  if (first.size() < 4 || second.size() != first.size() || !are_whole(first)) return false;
  const auto may_be = [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    const CsvCells names{first.begin() + begin, first.begin() + end};
    return steps_of(names).step != 0 && !are_whole({second.begin() + begin, second.begin() + end});
  };
  return may_be(0, std::ssize(first) - 1) || may_be(1, std::ssize(first));
}

/// "0.0,1.0,2.0", as pandas writes a header of numbers that once were floating-point numbers.
bool are_counted_reals(const CsvCells& cells) {
  if (cells.size() < 3) return false;
  const double first = parse_number(cells[0]).value_or(-1.0);
  if (first != 0.0 && first != 1.0) return false;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (parse_number(cells[i]) != first + static_cast<double>(i)) return false;
  }
  return true;
}

FirstRecord judge_numbers(const CsvCells& first, const CsvCells& second) {
  constexpr std::size_t kManyCells = 6;  // so many in equal steps are no row by chance
  const Steps steps = steps_of(first);
  const bool is_narrow = first.size() < 3;
  if (steps.step == 0) return {false, !may_be_names(first, second) && !are_counted_reals(first)};
  if (is_narrow && !steps.count()) return {false, true};
  const bool begins_at_zero = steps.count() && steps.first == 0;
  const bool rows_step_too = !second.empty() && steps_of(second).step == steps.step;
  if (rows_step_too) return {begins_at_zero, !steps.count()};
  if (first.size() >= kManyCells) return {true, true};
  if (!steps.count()) {
    const bool is_header = are_beyond(steps, first.size(), second);
    return {is_header, !is_header};
  }
  const bool is_other = !are_whole(second);
  return {!is_narrow || begins_at_zero || is_other, is_other && (!is_narrow || begins_at_zero)};
}

/// ",0,1,2" above "0,5.1,3.5,1.4".
FirstRecord judge_behind_empty_cell(const CsvCells& first, const CsvCells& second) {
  const Steps steps = steps_of({first.begin() + 1, first.end()});
  const bool is_index = !second.empty() && !second.front().empty();
  const bool are_names =
      steps.count() || (steps.step != 0 && first.size() > 3) || (first.size() == 2 && whole(first[1]) == 0);
  return {is_index && are_names, true};
}

/// "0,1,label" above "5,6,1", but not "5,6,oops".
FirstRecord judge_mixed(const CsvCells& first, const CsvCells& second) {
  if (std::any_of(first.begin(), first.end(), [](auto cell) { return label_rank(cell); }))
    return {true, true};
  CsvCells numbers;
  bool is_above_number = false;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (is_number(first[i])) {
      numbers.push_back(first[i]);
    } else {
      const bool is_missing = first[i] == "?" || first[i] == "NA" || first[i] == "N/A" || first[i] == "null";
      if (is_missing) return {false, true};
      is_above_number = is_above_number || (i < second.size() && is_number(second[i]));
    }
  }
  const Steps steps = steps_of(numbers);
  const bool is_one_of_many = numbers.size() == 1 && first.size() > 2 && whole(numbers[0]);
  const bool are_names = is_one_of_many || steps.count() || (steps.step != 0 && numbers.size() > 2);
  const bool is_header = is_above_number && are_names;
  return {is_header, !is_header || numbers.size() > 2};
}

}  // namespace

std::optional<std::size_t> label_rank(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto found = std::find(kLabelNames.begin(), kLabelNames.end(), lower);
  if (found == kLabelNames.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kLabelNames.begin());
}

FirstRecord judge_first_record(const CsvRecord& first, const CsvRecord& second) {
  const CsvCells& cells = first.cells();
  const auto n_numbers = std::count_if(cells.begin(), cells.end(), is_number);
  const auto n_empty = std::count(cells.begin(), cells.end(), "");
  const std::ptrdiff_t n_cells = std::ssize(cells);
  if (n_numbers == 0) return {true, true};
  const bool are_quoted = static_cast<std::ptrdiff_t>(first.n_quoted()) >= n_cells - n_empty;
  if (are_quoted && !second.cells().empty() && second.n_quoted() == 0) return {true, true};
  if (n_numbers == n_cells) return judge_numbers(cells, second.cells());
  if (n_empty == 1 && cells.front().empty() && n_numbers == n_cells - 1) {
    return judge_behind_empty_cell(cells, second.cells());
  }
  if (n_empty == 0) return judge_mixed(cells, second.cells());
  if (std::any_of(cells.begin(), cells.end(), [](auto cell) { return label_rank(cell); }))
    return {true, true};
  if (n_empty > 1 || !cells.front().empty() || second.cells().size() != cells.size()) return {};
  return judge_mixed({cells.begin() + 1, cells.end()}, {second.cells().begin() + 1, second.cells().end()});
}

FirstRecord judge_first_record(std::string_view head) {
  std::vector<CsvRecord> records(2);
  std::size_t n = 0;
  for (std::size_t at = 0; at < head.size() && n < records.size();) {
    const std::size_t begin = at;
    bool is_whole = false;
    while (at < head.size() && !is_whole) {
      at = std::min(head.find('\n', at), head.size() - 1) + 1;
      std::string_view text = head.substr(begin, at - begin);
      while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
      if (is_blank(text)) break;
      is_whole = records[n].split(text);
    }
    if (is_whole) ++n;
  }
  return n == 0 ? FirstRecord{} : judge_first_record(records[0], records[1]);
}

}  // namespace trawl
