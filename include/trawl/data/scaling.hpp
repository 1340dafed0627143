#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "trawl/data/table.hpp"

namespace trawl {

/// scaled = (value - offset[column]) * factor[column], computed in double, kept as float.
/// Shapes: offset [columns], factor [columns].
struct Scaling {
  std::vector<double> offset;
  std::vector<double> factor;

  /// True if values of the column stay what they are.
  [[nodiscard]] bool leaves(std::size_t column) const {
    return offset[column] == 0.0 && factor[column] == 1.0;
  }
  /// The scaled features of one row. Shapes: out [columns].
  void apply(const Table& table, std::int64_t row, float* out) const;
  /// The same for some rows, one after the other. Shapes: out [rows, columns].
  void apply(const Table& table, std::span<const std::int64_t> rows, float* out) const;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& offset& factor;
  }
};

/// Leaves every value as it is.
Scaling no_scaling(std::int64_t columns);

/// Bytes: value / 255, whatever the rows hold. Others: the columns' minima map to 0, their
/// maxima to 1; a column that is constant over `train` maps to 0.
Scaling unit_scaling(const Selection& train);

/// Zero mean and unit (biased) variance over `train`; a constant column maps to 0.
Scaling standard_scaling(const Selection& train);

/// One line, with their names, for features of `train` whose values differ, while hardly any difference is
/// left of it where they are trained on: in float32 after the scaling, or in double as they were read.
/// Empty if there are none.
std::string lost_differences(const Selection& train, const Scaling& scaling);

}  // namespace trawl
