#include "trawl/search/list_sampler.hpp"

#include <utility>

#include "trawl/base/error.hpp"

namespace trawl {

ListSampler::ListSampler(std::vector<Parameters> trials) : trials_(std::move(trials)) {}

std::int64_t ListSampler::n_points() const { return static_cast<std::int64_t>(trials_.size()); }

Parameters ListSampler::point(std::int64_t point) const {
  TRAWL_CHECK(point >= 0 && point < n_points(), "point {} of {}", point, n_points());
  return trials_[static_cast<std::size_t>(point)];
}

}  // namespace trawl
