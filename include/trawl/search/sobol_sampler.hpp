#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "trawl/base/random.hpp"
#include "trawl/search/design_sampler.hpp"
#include "trawl/search/sampler_kind.hpp"
#include "trawl/search/sobol_sequence.hpp"

namespace trawl {

/// The Sobol sequence, scrambled by the seed: of the first 2^k points one lies in each of 2^k equal intervals
/// of any parameter, and pairs of parameters are covered evenly too. A larger n_points changes no point, and
/// neither does a parameter that is added at the end of the space; one that is inserted moves the others to
/// another dimension.
///
/// Scrambled as A. B. Owen does ("Randomly permuted (t,m,s)-nets and (t,s)-sequences", 1995): each bit is
/// flipped or not, at random, as the bits above it decide, which keeps what is said above. That is a hash for
/// the sequence's own bits (B. Burley, "Practical Hash-based Owen Scrambling", JCGT 9(4), 2020), and a random
/// number for those behind them.
class SobolSampler : public DesignSampler {
 public:
  /// Requires at most SobolSequence::kMaxDimensions dimensions.
  explicit SobolSampler(const SearchDefinition& search);

 protected:
  [[nodiscard]] std::uint64_t place(std::int64_t point, std::size_t dimension) const override;

 private:
  SobolSequence sequence_;
  std::vector<StreamKey> keys_;  // of the dimensions
};

/// Burley's nested uniform scramble: equal leading bits of x stay equal, and of two numbers that differ in
/// one bit first, that bit still is the first to differ.
std::uint32_t owen_scrambled(std::uint32_t x, std::uint32_t seed);

/// `sampler: sobol`
const SamplerKind& sobol_kind();

}  // namespace trawl
