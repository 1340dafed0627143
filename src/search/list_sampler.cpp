// Takes the points that the job lists.
#include "trawl/search/list_sampler.hpp"

#include <memory>
#include <utility>

#include "trawl/base/error.hpp"

namespace trawl {
namespace {

std::unique_ptr<Sampler> make_list(const SearchDefinition& search) {
  return std::make_unique<ListSampler>(search.trials);
}

}  // namespace

ListSampler::ListSampler(std::vector<Parameters> trials) : trials_(std::move(trials)) {}

std::int64_t ListSampler::n_points() const { return static_cast<std::int64_t>(trials_.size()); }

Parameters ListSampler::point(std::int64_t point) const {
  TRAWL_CHECK(point >= 0 && point < n_points(), "point {} of {}", point, n_points());
  return trials_[static_cast<std::size_t>(point)];
}

const SamplerKind& list_kind() {
  static const SamplerKind kKind = {
      .word = "list",
      .make = make_list,
      .points = SamplerKind::Points::listed,
      .no_enqueue = "sampler: list tries its points in their order; put these at the head of search.trials"};
  return kKind;
}

}  // namespace trawl
