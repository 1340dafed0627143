// Draws points where good ones are dense.
#include "trawl/search/tpe_sampler.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "trawl/base/error.hpp"
#include "trawl/search/parzen.hpp"
#include "trawl/search/random_sampler.hpp"
#include "trawl/study/conditions.hpp"
#include "trawl/study/finite_space.hpp"
#include "trawl/study/ranking.hpp"

namespace trawl {
namespace {

constexpr const char* kTpe = "tpe";
constexpr const char* kRandom = "random";
constexpr std::size_t kCandidates = 24;
constexpr std::size_t kMostBad = 1000;  // the newest ones
constexpr std::uint64_t kRandomShare = 5;
constexpr int kDraws = 100;

/// As Optuna's default gamma.
std::size_t n_good_of(std::size_t n) { return std::min<std::size_t>((n + 9) / 10, 25); }

bool is_new(const Parameters& point, const History& history) {
  const auto& points = history.points();
  return std::none_of(points.begin(), points.end(),
                      [&](const KnownPoint& known) { return known.parameters == point; });
}

/// A total order of points with results: the better one first, then the lower number.
bool ranks_before(const std::vector<KnownPoint>& points, Direction direction, std::int64_t a,
                  std::int64_t b) {
  const KnownPoint& one = points[static_cast<std::size_t>(a)];
  const KnownPoint& other = points[static_cast<std::size_t>(b)];
  const auto class_of = [](const KnownPoint& point) {
    return point.state == KnownPoint::State::complete && !std::isnan(point.value) ? 0
           : point.state == KnownPoint::State::partial                            ? 1
                                                                                  : 2;
  };
  if (class_of(one) != class_of(other)) return class_of(one) < class_of(other);
  if (class_of(one) == 1 && one.epoch != other.epoch) return one.epoch > other.epoch;
  if (is_better(direction, one.value, other.value)) return true;
  if (is_better(direction, other.value, one.value)) return false;
  return a < b;
}

std::unique_ptr<Sampler> make_random_start(const SearchDefinition& search) {
  SearchDefinition all = search;
  all.sampler = random_kind().word;
  return random_kind().make(all);
}

std::unique_ptr<AdaptiveSampler> make_tpe(const SearchDefinition& search) {
  return std::make_unique<TpeSampler>(search);
}

}  // namespace

TpeSampler::TpeSampler(const SearchDefinition& search) : search_(search), random_(make_random_start(search)) {
  find_groups();
}

void TpeSampler::find_groups() {
  const SearchSpace& space = search_.space;
  const auto same_conditions = [&](std::size_t a, std::size_t b) {
    const auto& one = space[a].when;
    const auto& other = space[b].when;
    return one.size() == other.size() &&
           std::equal(one.begin(), one.end(), other.begin(), [](const Condition& x, const Condition& y) {
             return x.name == y.name && x.values == y.values;
           });
  };
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < space.size(); ++i) {
    const auto group = std::find_if(groups.begin(), groups.end(),
                                    [&](const auto& g) { return same_conditions(g.front(), i); });
    if (group == groups.end()) {
      groups.push_back({i});
    } else {
      group->push_back(i);
    }
  }
  // A condition leads from group to group as from parameter to parameter, and never back.
  std::vector<bool> is_there(space.size(), false);
  while (groups_.size() < groups.size()) {
    for (const std::vector<std::size_t>& dimensions : groups) {
      const auto& when = space[dimensions.front()].when;
      const bool is_next =
          !is_there[dimensions.front()] && std::all_of(when.begin(), when.end(), [&](const Condition& c) {
            return is_there[place_of(space, c.name).value()];
          });
      if (!is_next) continue;
      Group group{dimensions, {}};
      for (const std::size_t i : dimensions) {
        group.coordinates.emplace_back(space[i].distribution);
        is_there[i] = true;
      }
      groups_.push_back(std::move(group));
    }
  }
}

StreamKey TpeSampler::key_of(const History& history) const {
  return StreamKey(search_.seed).with(static_cast<std::uint64_t>(history.size())).with(kTpe);
}

Proposal TpeSampler::propose(const History& history) const {
  const std::int64_t point = history.size();
  if (static_cast<std::size_t>(point) < search_.enqueued.size()) return {at_random(history), kEnqueued, 0};
  const bool is_informed = history.n_results() >= search_.n_startup_trials &&
                           RandomStream(key_of(history).with("share")).below(kRandomShare) != 0;
  if (!is_informed) return {at_random(history), kRandom, 0};
  return {informed(history), kTpe, history.n_results()};
}

Parameters TpeSampler::at_random(const History& history) const {
  Parameters point = random_->point(history.size());
  return is_new(point, history) ? point : anything_new(history);
}

// In a finite space with points that are left.
Parameters TpeSampler::anything_new(const History& history) const {
  const RandomSampler draws(search_.space, kDraws, key_of(history).with("anew").value());
  for (int i = 0; i < kDraws; ++i) {
    Parameters point = draws.point(i);
    if (is_new(point, history)) return point;
  }
  const FiniteSpace all(search_.space);
  TRAWL_CHECK(all.n_points().has_value(), "{} draws gave no new point", kDraws);
  std::int64_t index = 0;
  while (!is_new(all.point(index), history)) ++index;
  return all.point(index);
}

// The best candidates of all groups; where that point is there already the second best, and so on.
Parameters TpeSampler::informed(const History& history) const {
  std::vector<std::vector<Places>> candidates(groups_.size());  // of groups that are active
  for (std::size_t rank = 0; rank < kCandidates; ++rank) {
    Values values(search_.space.size());
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      const Group& group = groups_[i];
      if (!is_active(group, values)) continue;
      if (candidates[i].empty()) candidates[i] = candidates_of(i, history);
      for (std::size_t j = 0; j < group.dimensions.size(); ++j)
        values[group.dimensions[j]] = group.coordinates[j].value(candidates[i][rank][j]);
    }
    Parameters point;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i]) point.emplace_back(search_.space[i].name, std::move(*values[i]));
    }
    if (is_new(point, history)) return point;
  }
  return anything_new(history);
}

bool TpeSampler::is_active(const Group& group, const Values& values) const {
  const auto& when = search_.space[group.dimensions.front()].when;
  return std::all_of(when.begin(), when.end(), [&](const Condition& condition) {
    const auto& value = values[place_of(search_.space, condition.name).value()];
    const auto& allowed = condition.values;
    return value && std::find(allowed.begin(), allowed.end(), *value) != allowed.end();
  });
}

TpeSampler::Split TpeSampler::split(const History& history, const Group& group) const {
  const std::string& name = search_.space[group.dimensions.front()].name;
  const std::vector<KnownPoint>& points = history.points();
  Split split;
  std::vector<std::int64_t> ranked;
  for (std::int64_t i = 0; i < history.size(); ++i) {
    const KnownPoint& point = points[static_cast<std::size_t>(i)];
    if (find_parameter(point.parameters, name) == nullptr) continue;
    (point.state == KnownPoint::State::pending ? split.bad : ranked).push_back(i);
  }
  split.n_results = static_cast<std::int64_t>(ranked.size());
  const auto n_good = static_cast<std::ptrdiff_t>(n_good_of(ranked.size()));
  std::partial_sort(
      ranked.begin(), ranked.begin() + n_good, ranked.end(),
      [&](std::int64_t a, std::int64_t b) { return ranks_before(points, history.direction(), a, b); });
  split.good.assign(ranked.begin(), ranked.begin() + n_good);
  split.bad.insert(split.bad.end(), ranked.begin() + n_good, ranked.end());
  std::sort(split.good.begin(), split.good.end());
  std::sort(split.bad.begin(), split.bad.end());
  if (split.bad.size() > kMostBad)
    split.bad.erase(split.bad.begin(), split.bad.end() - static_cast<std::ptrdiff_t>(kMostBad));
  return split;
}

// The best first.
std::vector<TpeSampler::Places> TpeSampler::candidates_of(std::size_t number, const History& history) const {
  const Group& group = groups_[number];
  Split known = split(history, group);
  if (known.n_results < search_.n_startup_trials) known = {};  // the prior alone
  const Parzen good(group.coordinates, places_of(known.good, group, history));
  const Parzen bad(group.coordinates, places_of(known.bad, group, history));
  RandomStream random(key_of(history).with("candidates").with(number));
  std::vector<Places> drawn;
  std::vector<std::pair<double, std::size_t>> ranked;  // of equal ones the earlier first
  for (std::size_t i = 0; i < kCandidates; ++i) {
    drawn.push_back(good.sample(random));
    ranked.emplace_back(bad.log_density(drawn[i]) - good.log_density(drawn[i]), i);
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<Places> candidates;
  candidates.reserve(kCandidates);
  for (const auto& [badness, i] : ranked) candidates.push_back(std::move(drawn[i]));
  return candidates;
}

std::vector<TpeSampler::Places> TpeSampler::places_of(const std::vector<std::int64_t>& points,
                                                      const Group& group, const History& history) const {
  std::vector<Places> places;
  places.reserve(points.size());
  for (const std::int64_t i : points) {
    const Parameters& point = history.points()[static_cast<std::size_t>(i)].parameters;
    Places& place = places.emplace_back();
    for (std::size_t j = 0; j < group.dimensions.size(); ++j) {
      const std::string& name = search_.space[group.dimensions[j]].name;
      place.push_back(group.coordinates[j].at(*find_parameter(point, name)));
    }
  }
  return places;
}

const SamplerKind& tpe_kind() {
  static const SamplerKind kKind = {
      .word = kTpe, .make = make_random_start, .is_distinct = true, .make_adaptive = make_tpe};
  return kKind;
}

}  // namespace trawl
