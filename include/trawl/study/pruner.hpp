#pragma once

#include <cstdint>
#include <string>

namespace trawl {

/// `pruner`: which trials are trained further than others. Resources are epochs.
struct PrunerDefinition {
  std::string kind = "none";          ///< the word of a PrunerKind
  std::int64_t min_resource = 0;      ///< where trials are compared first; below max_resource
  std::int64_t reduction_factor = 2;  ///< of so many trials at a rung one goes on
  std::int64_t max_resource = 0;      ///< a whole trial: training.epochs where a program has that

  [[nodiscard]] bool prunes() const { return kind != "none"; }
  bool operator==(const PrunerDefinition&) const = default;
};

constexpr std::int64_t kMinReductionFactor = 2;
constexpr std::int64_t kMaxReductionFactor = 1000;  // so that no bracket's size overflows

/// A ninth of the whole trial, rounded up: earlier, trials that learn fast at once look better than they are.
std::int64_t default_min_resource(std::int64_t max_resource);

}  // namespace trawl
