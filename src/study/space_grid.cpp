// Counts and numbers the points of a grid.
#include "trawl/study/space_grid.hpp"

#include <algorithm>

#include "trawl/base/error.hpp"
#include "trawl/study/grid.hpp"

namespace trawl {

SpaceGrid::SpaceGrid(const SearchSpace& space) : space_(space) {
  for (const SearchDimension& dimension : space)
    axes_.push_back({grid_values(dimension.distribution), std::nullopt, 1});
  link();
  if (!too_large_) count();
}

void SpaceGrid::link() {
  std::vector<std::string_view> names;
  for (const SearchDimension& dimension : space_) {
    if (!dimension.when.empty()) names.push_back(dimension.name);
  }
  const SearchSpace part = with_ancestors(space_, names);
  std::vector<std::vector<ParameterValue>> values;
  for (std::size_t i = 0; i < part.size(); ++i) {
    Axis& axis = axes_[place_of(space_, part[i].name).value()];
    axis.linked = i;
    values.push_back(axis.values);
  }
  for_each_combination(part, values, [this](const Combination& combination) {
    too_large_ = static_cast<std::int64_t>(combinations_.size()) == kMaxCombinations;
    if (too_large_) return false;
    combinations_.push_back(combination);
    for (std::int64_t& place : combinations_.back()) place = std::max<std::int64_t>(place, 0);
    return true;
  });
  std::sort(combinations_.begin(), combinations_.end());
}

void SpaceGrid::count() {
  std::int64_t free = 1;
  for (auto axis = axes_.rbegin(); axis != axes_.rend(); ++axis) {
    axis->free_behind = free;
    const auto size = static_cast<std::int64_t>(axis->values.size());
    if (!axis->linked && __builtin_mul_overflow(free, size, &free)) return;
  }
  std::int64_t n = 0;
  if (!__builtin_mul_overflow(free, static_cast<std::int64_t>(combinations_.size()), &n)) n_points_ = n;
}

void SpaceGrid::narrow(std::size_t linked, std::int64_t wanted, std::size_t& first, std::size_t& last) const {
  const auto begin = combinations_.begin() + static_cast<std::ptrdiff_t>(first);
  const auto end = combinations_.begin() + static_cast<std::ptrdiff_t>(last);
  const auto low = std::partition_point(begin, end, [&](const Combination& c) { return c[linked] < wanted; });
  const auto high = std::partition_point(low, end, [&](const Combination& c) { return c[linked] == wanted; });
  first = static_cast<std::size_t>(low - combinations_.begin());
  last = static_cast<std::size_t>(high - combinations_.begin());
}

// From the first axis on: how many points stand under each of its values tells which value it is.
Parameters SpaceGrid::point(std::int64_t point) const {
  TRAWL_CHECK(n_points_ && point >= 0 && point < *n_points_, "point {} of {}", point, n_points_.value_or(0));
  std::size_t first = 0;
  std::size_t last = combinations_.size();
  std::int64_t rest = point;
  Parameters all;
  all.reserve(axes_.size());
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    const Axis& axis = axes_[i];
    std::int64_t place = 0;
    if (axis.linked) {
      const std::size_t begin = first;
      const auto combination = first + static_cast<std::size_t>(rest / axis.free_behind);
      place = combinations_[combination][*axis.linked];
      narrow(*axis.linked, place, first, last);
      rest -= static_cast<std::int64_t>(first - begin) * axis.free_behind;
    } else {
      const std::int64_t block = static_cast<std::int64_t>(last - first) * axis.free_behind;
      place = rest / block;
      rest %= block;
    }
    all.emplace_back(space_[i].name, axis.values[static_cast<std::size_t>(place)]);
  }
  return active_parameters(space_, all);
}

}  // namespace trawl
