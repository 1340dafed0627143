#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "trawl/search/sampler.hpp"

namespace trawl {

/// Every combination of the dimensions' grid_values() once, in the order of the space; the
/// last dimension changes fastest.
class GridSampler : public Sampler {
 public:
  explicit GridSampler(const SearchSpace& space);
  [[nodiscard]] std::int64_t n_points() const override { return n_points_; }
  [[nodiscard]] Parameters point(std::int64_t point) const override;

 private:
  std::vector<std::pair<std::string, std::vector<ParameterValue>>> axes_;
  std::int64_t n_points_ = 1;
};

}  // namespace trawl
