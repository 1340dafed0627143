#include "trawl/search/sampler.hpp"

#include <utility>

#include "trawl/base/error.hpp"
#include "trawl/search/distinct_sampler.hpp"
#include "trawl/search/grid_sampler.hpp"
#include "trawl/search/list_sampler.hpp"
#include "trawl/search/random_sampler.hpp"

namespace trawl {
namespace {

std::unique_ptr<Sampler> make_random(const SearchDefinition& search) {
  if (search.distinct && !search.space.empty()) {
    FiniteSpace points(search.space);
    if (points.n_points()) {
      return std::make_unique<DistinctSampler>(search.space, std::move(points), search.n_points, search.seed,
                                               search.enqueued);
    }
  }
  return std::make_unique<RandomSampler>(search.space, search.n_points, search.seed, search.enqueued);
}

}  // namespace

std::unique_ptr<Sampler> make_sampler(const SearchDefinition& search) {
  switch (search.sampler) {
    case SearchDefinition::Sampler::random: return make_random(search);
    case SearchDefinition::Sampler::grid: return std::make_unique<GridSampler>(search.space);
    case SearchDefinition::Sampler::list: return std::make_unique<ListSampler>(search.trials);
  }
  TRAWL_CHECK(false, "sampler {}", static_cast<int>(search.sampler));
  return nullptr;
}

}  // namespace trawl
