// Keeps the network of the best point while trials end.
#include "trawl/results/best_keeper.hpp"

namespace trawl {

BestKeeper::BestKeeper(ObjectiveDefinition::Direction direction, std::int64_t repeats)
    : repeats_(repeats), ranking_(direction, repeats) {}

bool BestKeeper::apply(const TrialEvent& event) {
  if (const auto* started = std::get_if<TrialStarted>(&event)) {
    running_[started->trial.number] = started->trial.parameters;
    return false;
  }
  if (const auto* retried = std::get_if<TrialRetried>(&event)) {
    retry(retried->trial);
    return false;
  }
  const auto* finished = std::get_if<TrialFinished>(&event);
  return finished != nullptr && finish(*finished);
}

void BestKeeper::retry(TrialNumber trial) {
  ranking_.retry(trial);
  const auto [point, was_finished] = points_.try_emplace(trial / repeats_);
  if (was_finished) point->second.finished = repeats_;
  --point->second.finished;
}

bool BestKeeper::finish(const TrialFinished& finished) {
  const std::int64_t number = finished.trial / repeats_;
  const bool complete = finished.outcome.state == TrialState::complete;
  ranking_.add(finished.trial, complete ? finished.outcome.objective : kNan);

  Point& point = points_[number];
  if (finished.trial % repeats_ == 0) {
    point.first_repeat = {finished.trial, std::move(running_[finished.trial]), kNan,
                          finished.outcome.weights};
  }
  running_.erase(finished.trial);
  if (++point.finished < repeats_) return false;

  const std::optional<BestPoint>& best = ranking_.best();
  const bool is_best = best && best->point == number;
  if (is_best) {
    best_ = std::move(point.first_repeat);
    best_->objective = best->objective;
  }
  points_.erase(number);
  return is_best;
}

}  // namespace trawl
