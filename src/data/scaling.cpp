// Fits and applies what brings features to a common range.
#include "trawl/data/scaling.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "trawl/base/error.hpp"

namespace trawl {
namespace {

/// visit(column, value) for every value of the rows, row by row.
template <class Visit>
void for_each_value(const Selection& selection, const Visit& visit) {
  const Table& table = *selection.table;
  std::visit(
      [&](const auto& values) {
        for (const std::int64_t row : selection.rows) {
          const auto* first = values.data() + row * table.columns;
          for (std::int64_t c = 0; c < table.columns; ++c) {
            visit(static_cast<std::size_t>(c), static_cast<double>(first[c]));
          }
        }
      },
      table.features);
}

/// Of each column, found in one pass: the values may be more than caches hold.
struct Range {
  std::vector<double> low;
  std::vector<double> high;
  std::vector<double> sum;
};

Range range_of(const Selection& train) {
  const auto columns = static_cast<std::size_t>(train.table->columns);
  Range range{std::vector<double>(columns, HUGE_VAL), std::vector<double>(columns, -HUGE_VAL),
              std::vector<double>(columns)};
  for_each_value(train, [&](std::size_t c, double value) {
    range.low[c] = std::min(range.low[c], value);
    range.high[c] = std::max(range.high[c], value);
    range.sum[c] += value;
  });
  return range;
}

double magnitude(const Range& range, std::size_t c) {
  return std::max(std::abs(range.low[c]), std::abs(range.high[c]));
}

/// The distance of the column's ends; finite for any of them.
double half_width(const Range& range, std::size_t c) { return range.high[c] / 2 - range.low[c] / 2; }

/// A column that sums of its values or of their squares say little about: its values lie close together far
/// from zero, or beyond what double holds the squares of.
bool is_delicate(const Range& range, std::size_t c) {
  constexpr double kFloatSteps = 1 << 24;
  constexpr double kSquareFits = 0x1p+400;
  const double width = half_width(range, c);
  return width > 0.0 && (magnitude(range, c) / kFloatSteps > width || magnitude(range, c) > kSquareFits ||
                         width < 1 / kSquareFits);
}

/// Visits the values of the delicate columns, moved and scaled into 0..1.
template <class Visit>
void for_each_delicate(const Selection& train, const Range& range, const Visit& visit) {
  std::vector<bool> delicate(range.low.size());
  for (std::size_t c = 0; c < delicate.size(); ++c) delicate[c] = is_delicate(range, c);
  if (std::find(delicate.begin(), delicate.end(), true) == delicate.end()) return;
  for_each_value(train, [&](std::size_t c, double value) {
    if (delicate[c]) visit(c, (value / 2 - range.low[c] / 2) / half_width(range, c));
  });
}

struct Moments {
  std::vector<double> mean;
  std::vector<double> deviation;
};

void correct_delicate(const Selection& train, const Range& range, Moments& moments) {
  const auto n = static_cast<double>(train.size());
  std::vector<double> means(range.low.size());
  std::vector<double> variances(range.low.size());
  for_each_delicate(train, range, [&](std::size_t c, double unit) { means[c] += unit / n; });
  for_each_delicate(train, range, [&](std::size_t c, double unit) {
    variances[c] += (unit - means[c]) * (unit - means[c]) / n;
  });
  for (std::size_t c = 0; c < means.size(); ++c) {
    if (!is_delicate(range, c)) continue;
    // In this order nothing overflows: means are in 0..1, deviations in 0..0.5.
    moments.mean[c] = range.low[c] + means[c] * half_width(range, c) + means[c] * half_width(range, c);
    moments.deviation[c] = std::sqrt(variances[c]) * 2 * half_width(range, c);
  }
}

Moments moments_of(const Selection& train, const Range& range) {
  const auto n = static_cast<double>(train.size());
  Moments moments{range.sum, std::vector<double>(range.sum.size())};
  for (double& mean : moments.mean) mean /= n;
  for_each_value(train, [&](std::size_t c, double value) {
    moments.deviation[c] += (value - moments.mean[c]) * (value - moments.mean[c]);
  });
  for (double& deviation : moments.deviation) deviation = std::sqrt(deviation / n);
  correct_delicate(train, range, moments);
  return moments;
}

bool is_alike(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [&](double value) { return value == values.front(); });
}

/// 0, as for a constant column, where the width is next to nothing.
double factor_of(double width) { return std::isfinite(1.0 / width) ? 1.0 / width : 0.0; }

/// Fewer steps from the lowest to the highest value are taken for a loss.
constexpr double kFewSteps = 256;

/// True if float32 holds the column's values as 0 or with few digits.
bool is_tiny(const Range& range, std::size_t c) {
  return magnitude(range, c) < static_cast<double>(std::numeric_limits<float>::min());
}

/// Columns of different values that a factor of 0 makes one of.
std::vector<std::int64_t> lost_by_factor(const Range& range, const Scaling& scaling) {
  std::vector<std::int64_t> lost;
  for (std::size_t c = 0; c < range.low.size(); ++c) {
    const bool is_lost = range.high[c] > range.low[c] && scaling.factor[c] == 0.0;
    if (is_lost) lost.push_back(static_cast<std::int64_t>(c));
  }
  return lost;
}

/// Columns left as they are, below what float32 holds.
std::vector<std::int64_t> lost_as_tiny(const Range& range, const Scaling& scaling) {
  std::vector<std::int64_t> lost;
  for (std::size_t c = 0; c < range.low.size(); ++c) {
    const bool is_lost = scaling.leaves(c) && range.high[c] > range.low[c] && is_tiny(range, c);
    if (is_lost) lost.push_back(static_cast<std::int64_t>(c));
  }
  return lost;
}

/// Columns of few float32 steps that hold a value between two of them.
std::vector<std::int64_t> lost_in_float(const Selection& train, const Range& range, const Scaling& scaling) {
  std::vector<bool> is_close(range.low.size());
  std::vector<bool> is_lost(range.low.size());
  for (std::size_t c = 0; c < is_close.size(); ++c) {
    const double step = std::ldexp(magnitude(range, c), -23);
    is_close[c] = scaling.leaves(c) && range.high[c] - range.low[c] < kFewSteps * step && !is_tiny(range, c);
  }
  if (std::find(is_close.begin(), is_close.end(), true) == is_close.end()) return {};
  for_each_value(train, [&](std::size_t c, double value) {
    if (is_close[c] && static_cast<double>(static_cast<float>(value)) != value) is_lost[c] = true;
  });
  std::vector<std::int64_t> lost;
  for (std::size_t c = 0; c < is_lost.size(); ++c) {
    if (is_lost[c] && range.high[c] > range.low[c]) lost.push_back(static_cast<std::int64_t>(c));
  }
  return lost;
}

/// Columns of few double steps beyond the whole numbers that a double holds all of.
std::vector<std::int64_t> lost_in_double(const Range& range) {
  constexpr double kLastWhole = 0x1p53;
  std::vector<std::int64_t> lost;
  for (std::size_t c = 0; c < range.low.size(); ++c) {
    const double step = std::ldexp(magnitude(range, c), -52);
    const bool is_close = range.high[c] - range.low[c] < kFewSteps * step;
    if (magnitude(range, c) >= kLastWhole && is_close) lost.push_back(static_cast<std::int64_t>(c));
  }
  return lost;
}

/// True if the scaling alone tells that no column loses anything: by Chebyshev no value is further from the
/// offset than sqrt(rows) of what it is divided by, and all are far below the numbers that a double has gaps
/// in.
bool keeps_differences(const Selection& train, const Scaling& scaling) {
  constexpr double kSafe = 0x1p52;
  const double most = std::sqrt(static_cast<double>(train.size()));
  for (std::size_t c = 0; c < scaling.offset.size(); ++c) {
    const double reach = scaling.factor[c] > 0.0 ? most / scaling.factor[c] : 0.0;
    if (scaling.leaves(c) || scaling.factor[c] == 0.0 || !(std::abs(scaling.offset[c]) + reach < kSafe))
      return false;
  }
  return true;
}

std::string list_features(const Table& table, const std::vector<std::int64_t>& columns) {
  constexpr std::size_t kShown = 5;
  std::string list;
  for (std::size_t i = 0; i < std::min(kShown, columns.size()); ++i) {
    list += fmt::format("{}{}", i == 0 ? "" : ", ", name_of_feature(table, columns[i]));
  }
  return columns.size() > kShown ? fmt::format("{} and {} more", list, columns.size() - kShown) : list;
}

}  // namespace

void Scaling::apply(const Table& table, std::int64_t row, float* out) const {
  TRAWL_CHECK(static_cast<std::size_t>(table.columns) == offset.size(), "{} columns", table.columns);
  std::visit(
      [&](const auto& values) {
        const auto* first = values.data() + row * table.columns;
        for (std::size_t c = 0; c < offset.size(); ++c) {
          out[c] = static_cast<float>((static_cast<double>(first[c]) - offset[c]) * factor[c]);
        }
      },
      table.features);
}

void Scaling::apply(const Table& table, std::span<const std::int64_t> rows, float* out) const {
  const auto* bytes = std::get_if<std::vector<std::uint8_t>>(&table.features);
  if (bytes == nullptr || !is_alike(offset) || !is_alike(factor)) {
    for (const std::int64_t row : rows) {
      apply(table, row, out);
      out += table.columns;
    }
    return;
  }
  // Of bytes that are all scaled alike there are 256 results.
  std::array<float, 256> results{};
  for (std::size_t i = 0; i < results.size(); ++i) {
    results[i] = static_cast<float>((static_cast<double>(i) - offset[0]) * factor[0]);
  }
  for (const std::int64_t row : rows) {
    const std::uint8_t* first = bytes->data() + row * table.columns;
    out = std::transform(first, first + table.columns, out, [&](std::uint8_t byte) { return results[byte]; });
  }
}

Scaling no_scaling(std::int64_t columns) {
  const auto n = static_cast<std::size_t>(columns);
  return {std::vector<double>(n, 0.0), std::vector<double>(n, 1.0)};
}

Scaling unit_scaling(const Selection& train) {
  Scaling scaling = no_scaling(train.table->columns);
  if (train.table->holds_bytes()) {
    scaling.factor.assign(scaling.factor.size(), 1.0 / 255.0);
    return scaling;
  }
  const Range range = range_of(train);
  for (std::size_t c = 0; c < range.low.size(); ++c) {
    scaling.offset[c] = range.low[c];
    const double width = range.high[c] - range.low[c];
    scaling.factor[c] = std::isfinite(width) ? factor_of(width) : factor_of(half_width(range, c)) / 2;
  }
  return scaling;
}

Scaling standard_scaling(const Selection& train) {
  const Range range = range_of(train);
  Moments moments = moments_of(train, range);
  Scaling scaling{std::move(moments.mean), std::vector<double>(range.low.size())};
  for (std::size_t c = 0; c < range.low.size(); ++c) {
    // Not by the deviation: that of equal values may be a rounding error instead of zero.
    if (range.high[c] > range.low[c]) scaling.factor[c] = factor_of(moments.deviation[c]);
  }
  return scaling;
}

std::string lost_differences(const Selection& train, const Scaling& scaling) {
  const Table& table = *train.table;
  if (!table.holds_doubles() || keeps_differences(train, scaling)) return "";
  const Range range = range_of(train);
  const std::vector<std::int64_t> too_large = lost_in_double(range);
  if (!too_large.empty()) {
    return fmt::format(
        "{}: values beyond 2^53, so close together that a double hardly tells them apart; subtract a "
        "number from them before they are written",
        list_features(table, too_large));
  }
  const std::vector<std::int64_t> dropped = lost_by_factor(range, scaling);
  if (!dropped.empty()) {
    return fmt::format(
        "{}: values that differ by less than 1e-308, too little to scale, so they all become 0; multiply "
        "them "
        "by a number before they are written",
        list_features(table, dropped));
  }
  const std::vector<std::int64_t> tiny = lost_as_tiny(range, scaling);
  if (!tiny.empty()) {
    return fmt::format(
        "{}: values below 1.2e-38, which float32 holds as 0 or with few digits; set data.scaling: standard "
        "or "
        "unit",
        list_features(table, tiny));
  }
  const std::vector<std::int64_t> lost = lost_in_float(train, range, scaling);
  if (lost.empty()) return "";
  return fmt::format(
      "{}: values so close together, far from zero, that float32 hardly tells them apart; set data.scaling: "
      "standard or unit, which take the distance away before",
      list_features(table, lost));
}

}  // namespace trawl
