// Draws the points of a finite space, none of them twice.
#include "trawl/search/distinct_sampler.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "trawl/base/error.hpp"
#include "trawl/study/conditions.hpp"

namespace trawl {
namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

bool are_equally_likely(const SearchSpace& space) {
  return !has_conditions(space) && std::none_of(space.begin(), space.end(), [](const SearchDimension& one) {
    const auto* whole = std::get_if<IntDistribution>(&one.distribution);
    return whole != nullptr && whole->log;
  });
}

}  // namespace

DistinctSampler::DistinctSampler(const SearchSpace& space, FiniteSpace points, std::int64_t n_points,
                                 std::uint64_t seed, const std::vector<Parameters>& enqueued)
    : points_(std::move(points)),
      n_points_(n_points),
      draws_(space, kNoLimit, seed, enqueued),
      permutation_(StreamKey(seed).with("points"), points_.n_points().value()),
      equally_likely_(are_equally_likely(space)),
      next_draw_(static_cast<std::int64_t>(enqueued.size())) {
  TRAWL_CHECK(n_points_ <= *points_.n_points(), "{} of {} points", n_points_, *points_.n_points());
  take_enqueued(space, seed, enqueued);
}

void DistinctSampler::take_enqueued(const SearchSpace& space, std::uint64_t seed,
                                    const std::vector<Parameters>& enqueued) {
  const auto take = [this](const Parameters& point) {
    const std::int64_t index = points_.index_of(point);
    if (!is_known_.insert(index).second) return false;
    known_.push_back(index);
    enqueued_places_.push_back(permutation_.place_of(index));
    return true;
  };
  for (std::size_t i = 0; i < enqueued.size(); ++i) {
    if (take(draws_.point(static_cast<std::int64_t>(i)))) continue;
    const RandomSampler anew(space, kDraws, StreamKey(seed).with("enqueued anew").with(i).value(),
                             std::vector<Parameters>(kDraws, enqueued[i]));
    for (int draw = 0; draw < kDraws && !take(anew.point(draw));) ++draw;
  }
  std::sort(enqueued_places_.begin(), enqueued_places_.end());
}

Parameters DistinctSampler::point(std::int64_t point) const {
  TRAWL_CHECK(point >= 0 && point < n_points_, "point {} of {}", point, n_points_);
  const auto place = static_cast<std::size_t>(point);
  if (equally_likely_ && place >= known_.size()) return points_.point(permuted(point));
  while (known_.size() <= place) draw_next();
  return points_.point(known_[place]);
}

/// Of the elements that are not enqueued.
std::int64_t DistinctSampler::permuted(std::int64_t point) const {
  std::int64_t place = point - static_cast<std::int64_t>(enqueued_places_.size());
  for (const std::int64_t enqueued : enqueued_places_) {
    if (enqueued <= place) ++place;
  }
  return permutation_.element(place);
}

void DistinctSampler::draw_next() const {
  for (int draw = 0; draw < kDraws; ++draw) {
    const std::int64_t index = points_.index_of(draws_.point(next_draw_++));
    if (!is_known_.insert(index).second) continue;
    known_.push_back(index);
    return;
  }
  std::int64_t index = permutation_.element(next_element_);
  while (!is_known_.insert(index).second) index = permutation_.element(++next_element_);
  known_.push_back(index);
}

}  // namespace trawl
