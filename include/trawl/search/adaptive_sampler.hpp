// Says what all samplers are that learn: a point, from the results so far.
#pragma once

#include <cstdint>

#include "trawl/search/history.hpp"
#include "trawl/study/parameter.hpp"

namespace trawl {

/// What Proposal::by says of a point that the job lists.
constexpr const char* kEnqueued = "enqueued";

struct Proposal {
  Parameters parameters;     ///< the active ones, in the order of the space
  const char* by = "";       ///< the word of the sampler that drew it: "tpe", "random"; "enqueued"
  std::int64_t n_known = 0;  ///< results that it was drawn from; 0 where none was looked at
};

/// Proposes the points of a study one after the other. The answer depends on the definition and on what is
/// passed alone: asked again it is the same, on every kind of CPU.
class AdaptiveSampler {
 public:
  AdaptiveSampler() = default;
  AdaptiveSampler(const AdaptiveSampler&) = delete;
  AdaptiveSampler& operator=(const AdaptiveSampler&) = delete;
  virtual ~AdaptiveSampler() = default;

  /// The parameters of the point whose number is history.size().
  [[nodiscard]] virtual Proposal propose(const History& history) const = 0;
};

}  // namespace trawl
