#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "trawl/base/random.hpp"
#include "trawl/search/design_sampler.hpp"
#include "trawl/search/permutation.hpp"
#include "trawl/search/sampler_kind.hpp"

namespace trawl {

/// A Latin hypercube (M. D. McKay, R. J. Beckman and W. J. Conover, Technometrics 21, 1979): every
/// parameter's [0, 1) is cut into as many equal strata as the design has points, and each point has one of
/// its own, by a permutation keyed by the seed and the parameter's name. Within its stratum a float lies at
/// random. Of a parameter with finitely many values all points lie at the same place of their strata, which
/// the seed and the name decide: so each value comes as often as its share of the points says, rounded up or
/// down.
///
/// The number of points decides every one of them, so such a study does not grow.
class LatinSampler : public DesignSampler {
 public:
  explicit LatinSampler(const SearchDefinition& search);

 protected:
  [[nodiscard]] std::uint64_t place(std::int64_t point, std::size_t dimension) const override;

 private:
  struct Dimension {
    Permutation strata;
    StreamKey within;
    bool has_one_place;  // in all strata
  };
  std::uint64_t n_strata_;
  std::vector<Dimension> dimensions_;
};

/// `sampler: lhs`
const SamplerKind& lhs_kind();

}  // namespace trawl
