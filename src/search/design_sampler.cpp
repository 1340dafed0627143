// Takes points that cover the space evenly as a whole.
#include "trawl/search/design_sampler.hpp"

#include <algorithm>

#include "trawl/base/error.hpp"
#include "trawl/search/unit_value.hpp"
#include "trawl/study/conditions.hpp"

namespace trawl {

DesignSampler::DesignSampler(const SearchDefinition& search)
    : space_(search.space),
      n_points_(search.n_points),
      n_enqueued_(search.n_points - design_size(search)),
      enqueued_(search.space, n_enqueued_, search.seed, search.enqueued) {}

Parameters DesignSampler::point(std::int64_t point) const {
  TRAWL_CHECK(point >= 0 && point < n_points_, "point {} of {}", point, n_points_);
  if (point < n_enqueued_) return enqueued_.point(point);
  Parameters all;
  all.reserve(space_.size());
  for (std::size_t i = 0; i < space_.size(); ++i) {
    all.emplace_back(space_[i].name, value_at(space_[i].distribution, place(point - n_enqueued_, i)));
  }
  return active_parameters(space_, all);
}

std::int64_t design_size(const SearchDefinition& search) {
  return std::max<std::int64_t>(0, search.n_points - static_cast<std::int64_t>(search.enqueued.size()));
}

}  // namespace trawl
