#pragma once

#include <cstdint>
#include <vector>

#include "trawl/search/sampler.hpp"
#include "trawl/search/sampler_kind.hpp"

namespace trawl {

/// Every parameter drawn independently, each by value_at() a number that is uniform in [0, 1).
/// A value is keyed by (seed, point, name) alone: another dimension in the space, another
/// order of dimensions or a larger n_points changes no value, nor does what is active beside it. The first
/// points have the values that `enqueued` names for them, and the others as drawn. Nothing keeps a point of
/// a finite space from coming twice: see DistinctSampler.
class RandomSampler : public Sampler {
 public:
  RandomSampler(SearchSpace space, std::int64_t n_points, std::uint64_t seed,
                std::vector<Parameters> enqueued = {});
  [[nodiscard]] std::int64_t n_points() const override { return n_points_; }
  [[nodiscard]] Parameters point(std::int64_t point) const override;

 private:
  SearchSpace space_;
  std::int64_t n_points_;
  std::uint64_t seed_;
  std::vector<Parameters> enqueued_;
};

/// `sampler: random`: a DistinctSampler where the space is finite, a RandomSampler elsewhere.
const SamplerKind& random_kind();

}  // namespace trawl
