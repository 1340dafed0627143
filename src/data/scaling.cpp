#include "trawl/data/scaling.hpp"

#include <algorithm>
#include <cmath>

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

struct Range {
  std::vector<double> low;
  std::vector<double> high;
};

Range range_of(const Selection& train) {
  const auto columns = static_cast<std::size_t>(train.table->columns);
  Range range{std::vector<double>(columns, HUGE_VAL), std::vector<double>(columns, -HUGE_VAL)};
  for_each_value(train, [&](std::size_t c, double value) {
    range.low[c] = std::min(range.low[c], value);
    range.high[c] = std::max(range.high[c], value);
  });
  return range;
}

std::vector<double> means_of(const Selection& train) {
  std::vector<double> means(static_cast<std::size_t>(train.table->columns));
  for_each_value(train, [&](std::size_t c, double value) { means[c] += value; });
  for (double& mean : means) mean /= static_cast<double>(train.size());
  return means;
}

std::vector<double> variances_of(const Selection& train, const std::vector<double>& means) {
  std::vector<double> variances(means.size());
  for_each_value(
      train, [&](std::size_t c, double value) { variances[c] += (value - means[c]) * (value - means[c]); });
  for (double& variance : variances) variance /= static_cast<double>(train.size());
  return variances;
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
    scaling.factor[c] = range.high[c] > range.low[c] ? 1.0 / (range.high[c] - range.low[c]) : 0.0;
  }
  return scaling;
}

Scaling standard_scaling(const Selection& train) {
  const Range range = range_of(train);
  Scaling scaling{means_of(train), {}};
  scaling.factor = variances_of(train, scaling.offset);
  for (std::size_t c = 0; c < range.low.size(); ++c) {
    // Not by the variance: that of equal values may be a rounding error instead of zero.
    scaling.factor[c] = range.high[c] > range.low[c] ? 1.0 / std::sqrt(scaling.factor[c]) : 0.0;
  }
  return scaling;
}

}  // namespace trawl
