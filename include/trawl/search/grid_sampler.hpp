#pragma once

#include <cstdint>

#include "trawl/search/sampler.hpp"
#include "trawl/search/sampler_kind.hpp"
#include "trawl/study/space_grid.hpp"

namespace trawl {

/// The points of a SpaceGrid, each once.
class GridSampler : public Sampler {
 public:
  explicit GridSampler(const SearchSpace& space);
  [[nodiscard]] std::int64_t n_points() const override { return grid_.n_points().value(); }
  [[nodiscard]] Parameters point(std::int64_t point) const override { return grid_.point(point); }

 private:
  SpaceGrid grid_;
};

/// `sampler: grid`
const SamplerKind& grid_kind();

}  // namespace trawl
