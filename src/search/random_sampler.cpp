// Draws every parameter by itself.
#include "trawl/search/random_sampler.hpp"

#include <memory>
#include <utility>

#include "trawl/base/error.hpp"
#include "trawl/base/random.hpp"
#include "trawl/search/distinct_sampler.hpp"
#include "trawl/search/unit_value.hpp"
#include "trawl/study/conditions.hpp"
#include "trawl/study/finite_space.hpp"

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

RandomSampler::RandomSampler(SearchSpace space, std::int64_t n_points, std::uint64_t seed,
                             std::vector<Parameters> enqueued)
    : space_(std::move(space)), n_points_(n_points), seed_(seed), enqueued_(std::move(enqueued)) {}

Parameters RandomSampler::point(std::int64_t point) const {
  TRAWL_CHECK(point >= 0 && point < n_points_, "point {} of {}", point, n_points_);
  const StreamKey key = StreamKey(seed_).with(static_cast<std::uint64_t>(point));
  const auto place = static_cast<std::size_t>(point);
  const Parameters* known = place < enqueued_.size() ? &enqueued_[place] : nullptr;
  Parameters all;
  all.reserve(space_.size());
  for (const SearchDimension& dimension : space_) {
    const ParameterValue* value = known != nullptr ? find_parameter(*known, dimension.name) : nullptr;
    if (value != nullptr) {
      all.emplace_back(dimension.name, *value);
      continue;
    }
    RandomStream stream(key.with(dimension.name));
    all.emplace_back(dimension.name, value_at(dimension.distribution, stream.bits64()));
  }
  return active_parameters(space_, all);
}

const SamplerKind& random_kind() {
  static const SamplerKind kKind = {.word = "random", .make = make_random, .is_distinct = true};
  return kKind;
}

}  // namespace trawl
