#include "trawl/search/grid_sampler.hpp"

#include "trawl/base/error.hpp"

namespace trawl {

GridSampler::GridSampler(const SearchSpace& space) : grid_(space) {
  TRAWL_CHECK(grid_.n_points(), "a grid of too many points");
}

}  // namespace trawl
