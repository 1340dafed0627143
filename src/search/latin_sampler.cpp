// Takes one point from every stratum of each parameter.
#include "trawl/search/latin_sampler.hpp"

#include <algorithm>
#include <memory>

namespace trawl {
namespace {

bool is_finite(const Distribution& distribution) {
  const auto* real = std::get_if<FloatDistribution>(&distribution);
  return real == nullptr || real->step.has_value();
}

__extension__ using Wide = unsigned __int128;

/// Where stratum `i` of n begins, in units of 2^-64, rounded up; i <= n.
Wide start_of(std::uint64_t i, std::uint64_t n) { return ((static_cast<Wide>(i) << 64) + n - 1) / n; }

std::unique_ptr<Sampler> make_lhs(const SearchDefinition& search) {
  return std::make_unique<LatinSampler>(search);
}

}  // namespace

LatinSampler::LatinSampler(const SearchDefinition& search)
    : DesignSampler(search), n_strata_(static_cast<std::uint64_t>(design_size(search))) {
  const StreamKey key = StreamKey(search.seed).with("lhs");
  for (const SearchDimension& dimension : search.space) {
    const StreamKey own = key.with(dimension.name);
    dimensions_.push_back({Permutation(own.with("strata"), std::max<std::int64_t>(1, design_size(search))),
                           own.with("within"), is_finite(dimension.distribution)});
  }
}

std::uint64_t LatinSampler::place(std::int64_t point, std::size_t dimension) const {
  const auto& [strata, within, has_one_place] = dimensions_[dimension];
  const auto stratum = static_cast<std::uint64_t>(strata.element(point));
  const Wide first = start_of(stratum, n_strata_);
  const auto width = static_cast<std::uint64_t>(start_of(stratum + 1, n_strata_) - first - 1);
  const StreamKey key = has_one_place ? within : within.with(static_cast<std::uint64_t>(point));
  const std::uint64_t bits = RandomStream(key).bits64();
  return static_cast<std::uint64_t>(first + (static_cast<Wide>(bits) * (static_cast<Wide>(width) + 1) >> 64));
}

const SamplerKind& lhs_kind() {
  static const SamplerKind kKind = {
      .word = "lhs",
      .make = make_lhs,
      .no_growth =
          "sampler: lhs places every point by how many there are, so with another n_trials all of them "
          "differ; "
          "set it back, choose another file with -o, or search with sampler: sobol, which can be extended"};
  return kKind;
}

}  // namespace trawl
