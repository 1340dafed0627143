#pragma once

#include <cstdint>
#include <vector>

#include "trawl/search/sampler.hpp"
#include "trawl/search/sampler_kind.hpp"

namespace trawl {

/// The listed points, one by one.
class ListSampler : public Sampler {
 public:
  explicit ListSampler(std::vector<Parameters> trials);
  [[nodiscard]] std::int64_t n_points() const override;
  [[nodiscard]] Parameters point(std::int64_t point) const override;

 private:
  std::vector<Parameters> trials_;
};

/// `sampler: list`
const SamplerKind& list_kind();

}  // namespace trawl
