#include "trawl/study/ranking.hpp"

#include <cmath>

namespace trawl {

bool is_better(ObjectiveDefinition::Direction direction, double a, double b) {
  if (std::isnan(a)) return false;
  if (std::isnan(b)) return true;
  return direction == ObjectiveDefinition::Direction::maximize ? a > b : a < b;
}

Ranking::Ranking(ObjectiveDefinition::Direction direction, std::int64_t repeats)
    : direction_(direction), repeats_(repeats) {}

void Ranking::add(TrialNumber trial, double objective) {
  const std::int64_t point = trial / repeats_;
  if (repeats_ == 1) return add_point(point, objective);
  Partial& partial = partial_[point];
  partial.objectives[trial % repeats_] = objective;
  if (++partial.finished < repeats_) return;
  double sum = 0.0;
  for (const auto& [repeat, value] : partial.objectives) sum += value;
  partial_.erase(point);
  add_point(point, sum / static_cast<double>(repeats_));
}

void Ranking::add_point(std::int64_t point, double objective) {
  if (std::isnan(objective)) return;
  const bool first = !best_;
  const bool ties_below = best_ && objective == best_->objective && point < best_->point;
  if (first || ties_below || is_better(direction_, objective, best_->objective)) {
    best_ = BestPoint{point, point * repeats_, objective};
  }
}

bool WeightsRule::keeps(double objective) const {
  if (!first_repeat || std::isnan(objective)) return false;
  return means_decide || !is_better(direction, best_so_far, objective);
}

}  // namespace trawl
