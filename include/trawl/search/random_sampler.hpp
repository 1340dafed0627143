#pragma once

#include <cstdint>
#include <vector>

#include "trawl/search/sampler.hpp"

namespace trawl {

/// Every parameter drawn independently: floats uniform over [low, high] or over the logarithms,
/// whole numbers equally likely (with `log`: uniform over [log(low - 0.5), log(high + 0.5)],
/// rounded), lattices and choices equally likely. `points` is for grids and has no effect.
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

}  // namespace trawl
