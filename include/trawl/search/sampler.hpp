// Says what all samplers are: points, each by its number alone.
#pragma once

#include <cstdint>
#include <memory>

#include "trawl/study/definition.hpp"
#include "trawl/study/parameter.hpp"

namespace trawl {

/// Chooses the points of a study. The answer to point(i) depends on the definition and on i
/// alone: asked twice, in any order, on any rank, it is the same.
class Sampler {
 public:
  Sampler() = default;
  Sampler(const Sampler&) = delete;
  Sampler& operator=(const Sampler&) = delete;
  virtual ~Sampler() = default;

  [[nodiscard]] virtual std::int64_t n_points() const = 0;
  /// The active parameters of point `point`, 0 <= point < n_points(), in the order of the space (of
  /// the listed trials). Empty for a study that searches nothing.
  [[nodiscard]] virtual Parameters point(std::int64_t point) const = 0;
};

/// The sampler the definition names. It keeps what it needs of the definition.
std::unique_ptr<Sampler> make_sampler(const SearchDefinition& search);

}  // namespace trawl
