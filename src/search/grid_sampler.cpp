#include "trawl/search/grid_sampler.hpp"

#include "trawl/base/error.hpp"

namespace trawl {

GridSampler::GridSampler(const SearchSpace& space) {
  axes_.reserve(space.size());
  for (const SearchDimension& dimension : space) {
    axes_.emplace_back(dimension.name, grid_values(dimension.distribution));
    const auto size = static_cast<std::int64_t>(axes_.back().second.size());
    TRAWL_CHECK(!__builtin_mul_overflow(n_points_, size, &n_points_), "a grid of too many points");
  }
}

Parameters GridSampler::point(std::int64_t point) const {
  TRAWL_CHECK(point >= 0 && point < n_points_, "point {} of {}", point, n_points_);
  Parameters parameters(axes_.size());
  auto rest = static_cast<std::size_t>(point);
  for (std::size_t axis = axes_.size(); axis-- > 0;) {
    const auto& [name, values] = axes_[axis];
    parameters[axis] = {name, values[rest % values.size()]};
    rest /= values.size();
  }
  return parameters;
}

}  // namespace trawl
