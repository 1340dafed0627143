#pragma once

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "trawl/search/permutation.hpp"
#include "trawl/search/random_sampler.hpp"
#include "trawl/search/sampler.hpp"
#include "trawl/study/finite_space.hpp"

namespace trawl {

/// Random search of a finite space: no point comes twice, and as many points as the space has are all of
/// them. A larger n_points changes no point.
///
/// Where all points are equally likely (no conditions, no `log`), point i is element i of a Permutation keyed
/// by the seed, which nothing has to be remembered for.
/// With `log` or conditions they are not. A permutation would leave `log` without effect, and of a choice
/// between one point here and a million there it would hardly ever take the one. So there each parameter is
/// drawn as RandomSampler does, and a point that was there before is passed over: where nothing comes twice,
/// the points are RandomSampler's. After kDraws draws without a new point the next one of the permutation
/// is taken, so that the rest of a space does not have to be met by chance. This remembers the points, 32
/// bytes each.
///
/// The first points have the values that `enqueued` names for them, and the rest of them as RandomSampler
/// draws it. If such a point is an earlier one's equal, its rest is drawn anew; one that has no rest, or
/// finds no other, is left out. They are part of the count, and do not come again.
///
/// Not for two threads at once.
class DistinctSampler : public Sampler {
 public:
  /// Requires a space whose points can be counted, and n_points of them at most.
  DistinctSampler(const SearchSpace& space, FiniteSpace points, std::int64_t n_points, std::uint64_t seed,
                  const std::vector<Parameters>& enqueued);
  [[nodiscard]] std::int64_t n_points() const override { return n_points_; }
  [[nodiscard]] Parameters point(std::int64_t point) const override;

 private:
  static constexpr int kDraws = 64;

  void take_enqueued(const SearchSpace& space, std::uint64_t seed, const std::vector<Parameters>& enqueued);
  [[nodiscard]] std::int64_t permuted(std::int64_t point) const;
  void draw_next() const;

  FiniteSpace points_;
  std::int64_t n_points_;
  RandomSampler draws_;
  Permutation permutation_;
  bool equally_likely_;
  std::vector<std::int64_t> enqueued_places_;  // in the permutation, sorted
  // The places in points_ of what is known: the enqueued points, and those drawn so far.
  mutable std::vector<std::int64_t> known_;
  mutable std::unordered_set<std::int64_t> is_known_;
  mutable std::int64_t next_draw_;
  mutable std::int64_t next_element_ = 0;
};

}  // namespace trawl
