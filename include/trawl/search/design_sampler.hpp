#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "trawl/search/random_sampler.hpp"
#include "trawl/search/sampler.hpp"

namespace trawl {

/// Points that cover the space evenly as a whole. A design says where in [0, 1) each of its points lies in
/// every dimension, and value_at() what that means. Parameters that are inactive have their place too.
///
/// The enqueued points come first, their rest drawn as RandomSampler does; then the design begins, at its own
/// first point, so that it keeps all of them. A point that comes twice, as in a small finite space, is kept.
class DesignSampler : public Sampler {
 public:
  [[nodiscard]] std::int64_t n_points() const override { return n_points_; }
  [[nodiscard]] Parameters point(std::int64_t point) const override;

 protected:
  explicit DesignSampler(const SearchDefinition& search);
  /// Where point `point` of the design lies in a dimension of the space, in units of 2^-64.
  [[nodiscard]] virtual std::uint64_t place(std::int64_t point, std::size_t dimension) const = 0;
  [[nodiscard]] const SearchSpace& space() const { return space_; }

 private:
  SearchSpace space_;
  std::int64_t n_points_;
  std::int64_t n_enqueued_;
  RandomSampler enqueued_;
};

/// How many points of the study are the design's: those that are not enqueued.
std::int64_t design_size(const SearchDefinition& search);

}  // namespace trawl
