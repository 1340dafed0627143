// Stops what is worse than most complete points were at the same epoch.
#include "trawl/search/percentile_pruner.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

namespace trawl {
namespace {

constexpr double kHalf = 50.0;

/// Of ascending values, at least one; between two of them in proportion.
double percentile_of(const std::vector<double>& values, double percentile) {
  const double place = percentile / 100.0 * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  if (below + 1 >= values.size()) return values.back();
  const double share = place - static_cast<double>(below);
  return values[below] + (values[below + 1] - values[below]) * share;
}

std::unique_ptr<Pruner> make_median(const PrunerDefinition& pruner, Direction direction) {
  return std::make_unique<PercentilePruner>(pruner, kHalf, direction);
}

std::unique_ptr<Pruner> make_percentile(const PrunerDefinition& pruner, Direction direction) {
  return std::make_unique<PercentilePruner>(pruner, pruner.percentile, direction);
}

}  // namespace

PercentilePruner::PercentilePruner(const PrunerDefinition& pruner, double percentile, Direction direction)
    : pruner_(pruner), percentile_(percentile), direction_(direction) {}

std::int64_t PercentilePruner::epoch_after(std::int64_t epoch) const {
  const std::int64_t next =
      epoch <= pruner_.n_warmup_steps ? pruner_.n_warmup_steps + 1 : epoch + pruner_.interval_steps;
  return next < pruner_.max_resource ? next : kToTheEnd;
}

std::int64_t PercentilePruner::first_epoch(std::int64_t /*point*/) const { return epoch_after(0); }

void PercentilePruner::take(std::int64_t point, std::int64_t epoch, double value) {
  if (std::isnan(value)) {
    curves_.erase(point);
    return;
  }
  Curve& curve = curves_[point];
  const double cost = direction_ == Direction::minimize ? value : -value;
  curve.best = curve.values.empty() ? cost : std::min(curve.best, cost);
  curve.values.emplace_back(epoch, cost);
  if (epoch == kToTheEnd) {
    complete(curve);
    curves_.erase(point);
  } else if (goes_on(epoch, curve.best)) {
    going_on_.push_back({point, epoch_after(epoch)});
  } else {
    curves_.erase(point);
  }
}

bool PercentilePruner::goes_on(std::int64_t epoch, double best) const {
  if (n_complete_ < pruner_.n_startup_trials) return true;
  const auto others = complete_.find(epoch);
  if (others == complete_.end()) return true;
  const std::vector<double>& values = others->second;
  if (static_cast<std::int64_t>(values.size()) < pruner_.n_min_trials) return true;
  return best <= percentile_of(values, percentile_);
}

void PercentilePruner::complete(const Curve& curve) {
  ++n_complete_;
  for (const auto& [epoch, cost] : curve.values) {
    std::vector<double>& values = complete_[epoch];
    values.insert(std::upper_bound(values.begin(), values.end(), cost), cost);
  }
}

std::optional<Promotion> PercentilePruner::next() {
  if (going_on_.empty()) return std::nullopt;
  const Promotion first = going_on_.front();
  going_on_.pop_front();
  return first;
}

const PrunerKind& median_kind() {
  static const PrunerKind kKind = {
      .word = "median",
      .make = make_median,
      .numbers = {"n_startup_trials", "n_warmup_steps", "interval_steps", "n_min_trials"},
      .other_names = {"MedianPruner", "MedianStoppingRule", "median_stopping"}};
  return kKind;
}

const PrunerKind& percentile_kind() {
  static const PrunerKind kKind = {
      .word = "percentile",
      .make = make_percentile,
      .numbers = {"percentile", "n_startup_trials", "n_warmup_steps", "interval_steps", "n_min_trials"},
      .other_names = {"PercentilePruner"}};
  return kKind;
}

}  // namespace trawl
