#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "trawl/study/conditions.hpp"
#include "trawl/study/grid.hpp"
#include "trawl/study/search_space.hpp"

namespace trawl {

/// The points of a grid: every combination of the dimensions' grid_values(), in the order of the space, the
/// last dimension fastest. Combinations that differ only in inactive parameters are one point, which stands
/// where the first of them would.
///
/// Memory: the values, and the combinations of those parameters that have conditions or are named by one.
class SpaceGrid {
 public:
  static constexpr std::int64_t kMaxCombinations = 1'000'000;

  explicit SpaceGrid(const SearchSpace& space);

  /// Parameters with conditions and those they depend on have more than kMaxCombinations.
  [[nodiscard]] bool is_too_large() const { return too_large_; }
  /// nullopt: too large, or more than 64 bits count.
  [[nodiscard]] std::optional<std::int64_t> n_points() const { return n_points_; }
  /// Requires 0 <= point < n_points().
  [[nodiscard]] Parameters point(std::int64_t point) const;

 private:
  struct Axis {
    std::vector<ParameterValue> values;
    std::optional<std::size_t> linked;  // its place in a combination; none: has to do with no condition
    std::int64_t free_behind = 1;       // combinations of the free axes behind this one
  };
  void link();
  void count();
  // Narrows [first, last) to the combinations with the value of that of `wanted`.
  void narrow(std::size_t linked, std::int64_t wanted, std::size_t& first, std::size_t& last) const;

  SearchSpace space_;
  std::vector<Axis> axes_;
  std::vector<Combination> combinations_;  // of the linked axes, in order; 0 for inactive
  bool too_large_ = false;
  std::optional<std::int64_t> n_points_;
};

}  // namespace trawl
