#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "trawl/search/pruner.hpp"
#include "trawl/search/pruner_kind.hpp"
#include "trawl/study/metric.hpp"
#include "trawl/study/pruner.hpp"

namespace trawl {

/// The rule of Optuna's PercentilePruner, of which the median is the case of 50: a point goes on as long as
/// its best value so far is not worse than the percentile of the values that complete points had at the same
/// epoch. Numbers between two values are interpolated, as NumPy does.
///
/// All go on until n_startup_trials points are complete, and where fewer than n_min_trials of them have a
/// value. Points are judged n_warmup_steps + 1 epochs after they began, and every interval_steps epochs from
/// there on. What does not go on never does.
class PercentilePruner : public Pruner {
 public:
  /// `percentile`: the best so many per cent go on.
  PercentilePruner(const PrunerDefinition& pruner, double percentile, Direction direction);

  [[nodiscard]] std::int64_t first_epoch(std::int64_t point) const override;
  void take(std::int64_t point, std::int64_t epoch, double value) override;
  std::optional<Promotion> next() override;
  std::optional<Promotion> next_of_last() override { return std::nullopt; }

 private:
  struct Curve {
    std::vector<std::pair<std::int64_t, double>> values;  // by epoch; lower is better
    double best = kNan;
  };
  [[nodiscard]] std::int64_t epoch_after(std::int64_t epoch) const;
  [[nodiscard]] bool goes_on(std::int64_t epoch, double best) const;
  void complete(const Curve& curve);

  PrunerDefinition pruner_;
  double percentile_;
  Direction direction_;
  std::map<std::int64_t, Curve> curves_;                  // of points that are being trained
  std::map<std::int64_t, std::vector<double>> complete_;  // by epoch, ascending
  std::int64_t n_complete_ = 0;
  std::deque<Promotion> going_on_;
};

const PrunerKind& median_kind();
const PrunerKind& percentile_kind();

}  // namespace trawl
