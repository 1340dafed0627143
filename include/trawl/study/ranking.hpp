#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "trawl/study/definition.hpp"
#include "trawl/study/trial.hpp"

namespace trawl {

/// The best point: its mean objective over all its repeats, and the trial whose weights are
/// kept (its first repeat).
struct BestPoint {
  std::int64_t point = 0;
  TrialNumber trial = 0;
  double objective = kNan;
};

/// Is `a` strictly better than `b`? NaN is never better, and worse than any number.
bool is_better(ObjectiveDefinition::Direction direction, double a, double b);

/// The mean over a point's repeats. Equal values give equal means, in whatever order they come.
double mean_of_repeats(std::vector<double> objectives);

/// Keeps the best point while trials finish in any order: the answer depends on what
/// finished, not on the order. Points rank by the mean over their repeats, once all have
/// finished; a point with a failed or pruned repeat does not rank. Ties: the lowest number.
/// Memory grows with the points that are partly finished or have a failed repeat.
class Ranking {
 public:
  Ranking(ObjectiveDefinition::Direction direction, std::int64_t repeats);

  /// `objective` is NaN for a trial that failed or was pruned.
  void add(TrialNumber trial, double objective);
  /// Takes back what was added of a trial whose point does not rank: it will be added again.
  void retry(TrialNumber trial);
  [[nodiscard]] const std::optional<BestPoint>& best() const { return best_; }

 private:
  void add_point(std::int64_t point, double objective);

  ObjectiveDefinition::Direction direction_;
  std::int64_t repeats_;
  std::map<std::int64_t, std::map<TrialNumber, double>> unranked_;  // objectives by point
  std::optional<BestPoint> best_;
};

/// Which outcomes travel with their weights. Made by the master for every assignment,
/// followed where the trial is trained.
struct WeightsRule {
  bool first_repeat = true;   ///< others are never kept
  bool means_decide = false;  ///< repeats > 1: every first repeat may become the best
  ObjectiveDefinition::Direction direction = ObjectiveDefinition::Direction::maximize;
  double best_so_far = kNan;  ///< NaN: none yet

  /// True if the trial may be the best or tie with it.
  [[nodiscard]] bool keeps(double objective) const;
  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& first_repeat& means_decide& direction& best_so_far;
  }
};

}  // namespace trawl
