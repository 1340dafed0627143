// Lets the best of each rung go on whenever somebody is free.
#include "trawl/search/promotion_pruner.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "trawl/base/error.hpp"
#include "trawl/search/pruner_kind.hpp"

namespace trawl {

PromotionPruner::PromotionPruner(const PrunerDefinition& pruner, std::vector<BracketShape> shapes,
                                 Direction direction)
    : reduction_factor_(pruner.reduction_factor),
      direction_(direction),
      rungs_(promotion_rungs(pruner)),
      shapes_(std::move(shapes)),
      values_(shapes_.size(), std::vector<Rung>(rungs_.size() - 1)) {
  for (const BracketShape& shape : shapes_) round_ += shape.n_points;
}

std::size_t PromotionPruner::shape_of(std::int64_t point) const {
  std::int64_t place = point % round_;
  std::size_t shape = 0;
  while (place >= shapes_[shape].n_points) place -= shapes_[shape++].n_points;
  return shape;
}

std::size_t PromotionPruner::rung_at(std::int64_t epoch) const {
  if (epoch == kToTheEnd) return rungs_.size() - 1;
  const auto rung = std::lower_bound(rungs_.begin(), rungs_.end(), epoch);
  TRAWL_CHECK(rung != rungs_.end() && *rung == epoch, "no rung at epoch {}", epoch);
  return static_cast<std::size_t>(rung - rungs_.begin());
}

std::int64_t PromotionPruner::epoch_of(std::size_t rung) const {
  return rung + 1 == rungs_.size() ? kToTheEnd : rungs_[rung];
}

std::int64_t PromotionPruner::first_epoch(std::int64_t point) const {
  return epoch_of(shapes_[shape_of(point)].first_rung);
}

void PromotionPruner::take(std::int64_t point, std::int64_t epoch, double value) {
  const std::size_t place = rung_at(epoch);
  if (place + 1 == rungs_.size()) return;
  Rung& rung = values_[shape_of(point)][place];
  ++rung.n;
  if (!std::isnan(value)) rung.rest.emplace(direction_ == Direction::minimize ? value : -value, point);
  fill_places(rung);
}

// A better value pushes the last of the best out; every reduction_factor-th value makes room for one more.
void PromotionPruner::fill_places(Rung& rung) const {
  if (!rung.rest.empty() && !rung.best.empty() && *rung.rest.begin() < *rung.best.rbegin()) {
    rung.waiting.erase(*rung.best.rbegin());
    rung.rest.insert(rung.best.extract(std::prev(rung.best.end())));
  }
  while (static_cast<std::int64_t>(rung.best.size()) < rung.n / reduction_factor_ && !rung.rest.empty()) {
    const Ranked first = *rung.rest.begin();
    rung.best.insert(rung.rest.extract(rung.rest.begin()));
    if (rung.gone_on.count(first) == 0) rung.waiting.insert(first);
  }
}

std::optional<Promotion> PromotionPruner::next() {
  for (std::size_t place = rungs_.size() - 1; place-- > 0;) {
    for (std::vector<Rung>& rungs : values_) {
      Rung& rung = rungs[place];
      if (!rung.waiting.empty()) return go_on(rung, place, *rung.waiting.begin());
    }
  }
  return std::nullopt;
}

std::optional<Promotion> PromotionPruner::next_of_last() {
  for (std::size_t place = rungs_.size() - 1; place-- > 0;) {
    for (std::vector<Rung>& rungs : values_) {
      Rung& rung = rungs[place];
      const auto is_left = [&](const Ranked& ranked) { return rung.gone_on.count(ranked) == 0; };
      const auto first = std::find_if(rung.rest.begin(), rung.rest.end(), is_left);
      if (first != rung.rest.end()) return go_on(rung, place, *first);
    }
  }
  return std::nullopt;
}

Promotion PromotionPruner::go_on(Rung& rung, std::size_t place, const Ranked& ranked) const {
  const Ranked going = ranked;
  rung.waiting.erase(going);
  rung.gone_on.insert(going);
  return {going.second, epoch_of(place + 1)};
}

std::unique_ptr<Pruner> make_promotion_pruner(const PrunerDefinition& pruner, Direction direction) {
  const auto n_rungs = static_cast<std::int64_t>(promotion_rungs(pruner).size());
  return std::make_unique<PromotionPruner>(
      pruner, pruner_kind(pruner).shapes(n_rungs, pruner.reduction_factor), direction);
}

}  // namespace trawl
