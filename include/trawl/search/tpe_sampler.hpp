#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "trawl/base/random.hpp"
#include "trawl/search/adaptive_sampler.hpp"
#include "trawl/search/coordinate.hpp"
#include "trawl/search/sampler.hpp"
#include "trawl/search/sampler_kind.hpp"

namespace trawl {

/// The tree-structured Parzen estimator: J. Bergstra et al., "Algorithms for hyper-parameter optimization"
/// (2011), multivariate as in Optuna 3.1. The points with results are split into few good ones and the rest;
/// of 24 candidates drawn from the density of the good ones (see Parzen) it takes the one that is likeliest
/// there in comparison with the rest. Points without a result count as bad: several at once differ.
///
/// Complete points rank by their value; then those on their way, that with the most epochs first; then those
/// that have failed. Parameters with the same conditions make a group with densities of its own, over the
/// points that have it. The first points, and later a fifth of them, are those of RandomSampler (or
/// DistinctSampler) by their number. In a space that is finite no point comes twice.
class TpeSampler : public AdaptiveSampler {
 public:
  explicit TpeSampler(const SearchDefinition& search);

  [[nodiscard]] Proposal propose(const History& history) const override;

 private:
  /// Parameters with the same conditions.
  struct Group {
    std::vector<std::size_t> dimensions;
    std::vector<Coordinate> coordinates;
  };
  /// What is drawn of a point, by dimension.
  using Values = std::vector<std::optional<ParameterValue>>;
  using Places = std::vector<double>;  // by dimension of a group
  /// Numbers of points, ascending.
  struct Split {
    std::vector<std::int64_t> good;
    std::vector<std::int64_t> bad;
    std::int64_t n_results = 0;
  };

  void find_groups();
  [[nodiscard]] bool is_active(const Group& group, const Values& values) const;
  [[nodiscard]] Split split(const History& history, const Group& group) const;
  [[nodiscard]] std::vector<Places> candidates_of(std::size_t number, const History& history) const;
  [[nodiscard]] std::vector<Places> places_of(const std::vector<std::int64_t>& points, const Group& group,
                                              const History& history) const;
  [[nodiscard]] Parameters informed(const History& history) const;
  [[nodiscard]] Parameters at_random(const History& history) const;
  [[nodiscard]] Parameters anything_new(const History& history) const;
  [[nodiscard]] StreamKey key_of(const History& history) const;

  SearchDefinition search_;
  std::unique_ptr<Sampler> random_;
  std::vector<Group> groups_;  // each behind those that its conditions name
};

const SamplerKind& tpe_kind();

}  // namespace trawl
