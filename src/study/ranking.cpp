// Finds the best point, in whatever order trials end.
#include "trawl/study/ranking.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace trawl {

bool is_better(ObjectiveDefinition::Direction direction, double a, double b) {
  if (std::isnan(a)) return false;
  if (std::isnan(b)) return true;
  return direction == ObjectiveDefinition::Direction::maximize ? a > b : a < b;
}

double mean_of_repeats(std::vector<double> objectives) {
  std::sort(objectives.begin(), objectives.end(), [](double a, double b) {
    return std::isnan(b) ? !std::isnan(a) : a < b;  // a NaN anywhere makes the mean NaN
  });
  return std::accumulate(objectives.begin(), objectives.end(), 0.0) / static_cast<double>(objectives.size());
}

Ranking::Ranking(ObjectiveDefinition::Direction direction, std::int64_t repeats)
    : direction_(direction), repeats_(repeats) {}

void Ranking::add(TrialNumber trial, double objective) {
  const std::int64_t point = trial / repeats_;
  if (repeats_ == 1) return add_point(point, objective);
  std::map<TrialNumber, double>& by_trial = unranked_[point];
  by_trial[trial] = objective;
  if (static_cast<std::int64_t>(by_trial.size()) < repeats_) return;
  std::vector<double> objectives;
  objectives.reserve(by_trial.size());
  for (const auto& [repeat, value] : by_trial) objectives.push_back(value);
  const double mean = mean_of_repeats(objectives);
  if (std::isnan(mean)) return;
  unranked_.erase(point);
  add_point(point, mean);
}

void Ranking::retry(TrialNumber trial) {
  const auto point = unranked_.find(trial / repeats_);
  if (point != unranked_.end()) point->second.erase(trial);
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
