#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "trawl/results/study_tables.hpp"
#include "trawl/study/ranking.hpp"
#include "trawl/study/trial_store.hpp"

namespace trawl {

/// Follows the events of a study and keeps the network of its best point. Memory: the parameters
/// of unfinished trials, the first repeats of points that are partly finished, and the best.
class BestKeeper {
 public:
  BestKeeper(ObjectiveDefinition::Direction direction, std::int64_t repeats);

  /// Takes every event once. True if the best point is another one now.
  bool apply(const TrialEvent& event);
  [[nodiscard]] const std::optional<BestNetwork>& best() const { return best_; }

 private:
  struct Point {
    std::int64_t finished = 0;
    BestNetwork first_repeat;
  };
  bool finish(const TrialFinished& finished);
  void retry(TrialNumber trial);

  std::int64_t repeats_;
  Ranking ranking_;
  std::map<TrialNumber, Parameters> running_;
  std::map<std::int64_t, Point> points_;
  std::optional<BestNetwork> best_;
};

}  // namespace trawl
