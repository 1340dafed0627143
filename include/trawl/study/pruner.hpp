#pragma once

#include <cstdint>
#include <string>

namespace trawl {

/// `pruner`: which trials are trained further than others. Resources are epochs. Which of the numbers count
/// the PrunerKind says.
struct PrunerDefinition {
  std::string kind = "none";          ///< the word of a PrunerKind
  std::int64_t min_resource = 0;      ///< where trials are compared first; below max_resource
  std::int64_t reduction_factor = 2;  ///< of so many trials at a rung one goes on
  std::int64_t max_resource = 0;      ///< a whole trial: training.epochs where a program has that
  double percentile = 25.0;           ///< the best so many per cent go on
  std::int64_t n_startup_trials = 5;  ///< so many are trained to their end before one is judged
  std::int64_t n_warmup_steps = 0;    ///< epochs after which none is judged yet
  std::int64_t interval_steps = 1;    ///< epochs from one judgement to the next
  std::int64_t n_min_trials = 1;      ///< with fewer values to compare with at an epoch all go on

  [[nodiscard]] bool prunes() const { return kind != "none"; }
  bool operator==(const PrunerDefinition&) const = default;
};

constexpr std::int64_t kMinReductionFactor = 2;
constexpr std::int64_t kMaxReductionFactor = 1000;  // so that no bracket's size overflows

/// A ninth of the whole trial, rounded up: earlier, trials that learn fast at once look better than they are.
std::int64_t default_min_resource(std::int64_t max_resource);

}  // namespace trawl
