// Takes every combination of values.
#include "trawl/search/grid_sampler.hpp"

#include <memory>

#include "trawl/base/error.hpp"

namespace trawl {
namespace {

std::unique_ptr<Sampler> make_grid(const SearchDefinition& search) {
  return std::make_unique<GridSampler>(search.space);
}

}  // namespace

GridSampler::GridSampler(const SearchSpace& space) : grid_(space) {
  TRAWL_CHECK(grid_.n_points(), "a grid of too many points");
}

const SamplerKind& grid_kind() {
  static const SamplerKind kKind = {
      .word = "grid",
      .make = make_grid,
      .points = SamplerKind::Points::counted,
      .no_enqueue =
          "sampler: grid tries each of its points once, in the order of the file; put the values to be tried "
          "first at the head of their choices, or take sampler: random"};
  return kKind;
}

}  // namespace trawl
