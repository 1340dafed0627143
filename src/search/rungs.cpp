// Says which points are compared with which, and after how many epochs.
#include "trawl/search/rungs.hpp"

#include <algorithm>

#include "trawl/base/error.hpp"
#include "trawl/search/pruner_kind.hpp"

namespace trawl {

std::vector<std::int64_t> rungs_of(const PrunerDefinition& pruner) {
  std::vector<std::int64_t> rungs;
  for (std::int64_t rung = pruner.min_resource; rung < pruner.max_resource; rung *= pruner.reduction_factor) {
    rungs.push_back(rung);
  }
  rungs.push_back(pruner.max_resource);
  return rungs;
}

std::vector<std::int64_t> promotion_rungs(const PrunerDefinition& pruner) {
  std::vector<std::int64_t> rungs = rungs_of(pruner);
  const double close = static_cast<double>(rungs[rungs.size() - 2]) / static_cast<double>(rungs.back());
  if (rungs.size() > 2 && close * close * static_cast<double>(pruner.reduction_factor) > 1.0)
    rungs.erase(rungs.end() - 2);
  return rungs;
}

BracketLayout::BracketLayout(const PrunerDefinition& pruner, std::int64_t n_points)
    : reduction_factor_(pruner.reduction_factor), n_points_(n_points) {
  TRAWL_CHECK(pruner.prunes() && pruner.min_resource >= 1 && pruner.min_resource < pruner.max_resource,
              "{} from {} to {} epochs", pruner.kind, pruner.min_resource, pruner.max_resource);
  TRAWL_CHECK(
      pruner.reduction_factor >= kMinReductionFactor && pruner.reduction_factor <= kMaxReductionFactor,
      "reduction_factor {}", pruner.reduction_factor);
  rungs_ = rungs_of(pruner);
  shapes_ = pruner_kind(pruner).shapes(static_cast<std::int64_t>(rungs_.size()), reduction_factor_);
  for (const BracketShape& shape : shapes_) round_ += shape.n_points;
}

Bracket BracketLayout::bracket(std::int64_t number) const {
  const auto n_shapes = static_cast<std::int64_t>(shapes_.size());
  const auto place = static_cast<std::size_t>(number % n_shapes);
  std::int64_t first = number / n_shapes * round_;
  for (std::size_t i = 0; i < place; ++i) first += shapes_[i].n_points;
  TRAWL_CHECK(number >= 0 && first < n_points_, "bracket {} of {} points", number, n_points_);
  const BracketShape& shape = shapes_[place];
  const std::int64_t n = std::min(shape.n_points, n_points_ - first);
  return {number, shape.first_rung, first, n, n == shape.n_points};
}

std::int64_t BracketLayout::bracket_of(std::int64_t point) const {
  std::int64_t number = point / round_ * static_cast<std::int64_t>(shapes_.size());
  std::int64_t place = point % round_;
  for (const BracketShape& shape : shapes_) {
    if (place < shape.n_points) break;
    place -= shape.n_points;
    ++number;
  }
  return number;
}

std::int64_t BracketLayout::n_brackets() const { return n_points_ == 0 ? 0 : bracket_of(n_points_ - 1) + 1; }

std::vector<std::int64_t> BracketLayout::places(const Bracket& bracket) const {
  const std::int64_t least = bracket.number == 0 && !bracket.is_whole ? 1 : 0;
  std::vector<std::int64_t> places = {bracket.n_points};
  for (std::size_t rung = bracket.first_rung + 1; rung < rungs_.size(); ++rung) {
    places.push_back(std::max(least, places.back() / reduction_factor_));
  }
  return places;
}

// Whole rounds are counted once and multiplied: there may be a billion points.
BracketLayout::Count BracketLayout::count() const {
  Count count{std::vector<std::int64_t>(rungs_.size()), 0};
  const auto add = [&](const Bracket& bracket, std::int64_t times) {
    std::int64_t from = 0;
    std::size_t rung = bracket.first_rung;
    for (const std::int64_t n : places(bracket)) {
      count.reaching[rung] += times * n;
      count.epochs += times * n * (rungs_[rung] - from);
      from = rungs_[rung++];
    }
  };
  const std::int64_t rounds = n_points_ / round_;
  const auto n_shapes = static_cast<std::int64_t>(shapes_.size());
  for (std::int64_t number = 0; rounds > 0 && number < n_shapes; ++number) add(bracket(number), rounds);
  for (std::int64_t number = rounds * n_shapes; number < n_brackets(); ++number) add(bracket(number), 1);
  return count;
}

std::vector<std::int64_t> BracketLayout::n_reaching() const { return count().reaching; }
std::int64_t BracketLayout::n_epochs() const { return count().epochs; }

}  // namespace trawl
