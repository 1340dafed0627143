// Trains the best of each rung further: halving and Hyperband.
#include "trawl/search/bracket_plan.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "trawl/base/error.hpp"
#include "trawl/study/ranking.hpp"

namespace trawl {

BracketPlan::BracketPlan(const Sampler& sampler, const PrunerDefinition& pruner, std::int64_t repeats,
                         Direction direction)
    : sampler_(sampler),
      layout_(pruner, sampler.n_points()),
      repeats_(repeats),
      direction_(direction),
      n_ready_(sampler.n_points() * repeats) {}

std::optional<Leg> BracketPlan::next() {
  if (ready_.empty()) {
    if (next_bracket_ == layout_.n_brackets()) return std::nullopt;
    open_next();
  }
  const std::int64_t number = most_urgent();
  OpenBracket& bracket = open_.at(number);
  const std::size_t place = bracket.next_ready;
  const auto find_ready = [&](std::size_t i) {
    while (i < bracket.repeats.size() && bracket.repeats[i].state != Repeat::State::ready) ++i;
    return i;
  };
  bracket.repeats[place].state = Repeat::State::named;
  --n_ready_;
  bracket.next_ready = find_ready(place);
  if (bracket.next_ready == bracket.repeats.size()) ready_.erase(number);

  const auto n = static_cast<std::size_t>(repeats_);
  const std::int64_t point = bracket.points[place / n];
  const auto repeat = static_cast<std::int64_t>(place % n);
  return Leg{{point * repeats_ + repeat, point, repeat, sampler_.point(point)},
             bracket.from_epoch,
             until_epoch(bracket)};
}

std::int64_t BracketPlan::most_urgent() const {
  if (next_bracket_ < layout_.n_brackets()) return *ready_.begin();
  return *std::min_element(ready_.begin(), ready_.end(), [this](std::int64_t a, std::int64_t b) {
    return open_.at(a).from_epoch < open_.at(b).from_epoch;
  });
}

void BracketPlan::take(const LegResult& result) {
  const std::int64_t point = result.trial / repeats_;
  const std::int64_t number = layout_.bracket_of(point);
  const auto open = open_.find(number);
  TRAWL_CHECK(open != open_.end(), "a leg of trial {}, whose bracket is not open", result.trial);
  OpenBracket& bracket = open->second;
  const auto place = std::lower_bound(bracket.points.begin(), bracket.points.end(), point);
  TRAWL_CHECK(place != bracket.points.end() && *place == point, "a leg of trial {}, which has none here",
              result.trial);
  Repeat& repeat = bracket.repeats[static_cast<std::size_t>((place - bracket.points.begin()) * repeats_ +
                                                            result.trial % repeats_)];
  TRAWL_CHECK(repeat.state == Repeat::State::named && result.until_epoch == until_epoch(bracket),
              "trial {} has no leg to epoch {}", result.trial, result.until_epoch);
  set(repeat, result);
  if (--bracket.n_missing == 0) go_on(number);
}

bool BracketPlan::is_over() const { return open_.empty() && next_bracket_ == layout_.n_brackets(); }

void BracketPlan::open_next() {
  const Bracket next = layout_.bracket(next_bracket_);
  OpenBracket bracket;
  bracket.places = layout_.places(next);
  bracket.rung = next.first_rung;
  for (std::int64_t i = 0; i < next.n_points; ++i) bracket.points.push_back(next.first_point + i);
  bracket.repeats.resize(bracket.points.size() * static_cast<std::size_t>(repeats_));
  n_ready_ -= next.n_points * repeats_;  // enter_rung() counts them again
  const std::int64_t number = next_bracket_++;
  enter_rung(number, open_.emplace(number, std::move(bracket)).first->second);
}

void BracketPlan::enter_rung(std::int64_t number, OpenBracket& bracket) {
  bracket.n_missing = 0;
  bracket.next_ready = bracket.repeats.size();
  for (std::size_t i = 0; i < bracket.repeats.size(); ++i) {
    Repeat& repeat = bracket.repeats[i];
    if (repeat.state == Repeat::State::ended) continue;
    repeat = {};
    ++bracket.n_missing;
    ++n_ready_;
    bracket.next_ready = std::min(bracket.next_ready, i);
  }
  if (bracket.n_missing > 0) ready_.insert(number);
}

// From a rung where all results are in to the next at which one is missing, or to the bracket's end.
void BracketPlan::go_on(std::int64_t number) {
  OpenBracket& bracket = open_.at(number);
  while (bracket.n_missing == 0) {
    if (bracket.step + 1 == bracket.places.size()) break;
    promote(bracket);
    if (bracket.points.empty()) break;
    enter_rung(number, bracket);
  }
  if (bracket.n_missing == 0) open_.erase(number);
}

void BracketPlan::promote(OpenBracket& bracket) const {
  std::vector<std::int64_t> points;
  std::vector<Repeat> repeats;
  const auto n = static_cast<std::size_t>(repeats_);
  for (const std::size_t place : going_on(bracket)) {
    points.push_back(bracket.points[place]);
    const auto first = bracket.repeats.begin() + static_cast<std::ptrdiff_t>(place * n);
    repeats.insert(repeats.end(), first, first + static_cast<std::ptrdiff_t>(n));
  }
  bracket.from_epoch = layout_.rungs()[bracket.rung];
  bracket.points = std::move(points);
  bracket.repeats = std::move(repeats);
  ++bracket.step;
  ++bracket.rung;
}

// Their places at this rung, ascending.
std::vector<std::size_t> BracketPlan::going_on(const OpenBracket& bracket) const {
  std::vector<std::pair<double, std::size_t>> valid;
  for (std::size_t place = 0; place < bracket.points.size(); ++place) {
    const double value = value_of(bracket, place);
    if (!std::isnan(value)) valid.emplace_back(value, place);
  }
  std::sort(valid.begin(), valid.end(), [this](const auto& a, const auto& b) {
    if (a.first != b.first) return is_better(direction_, a.first, b.first);
    return a.second < b.second;
  });
  const auto n_places = static_cast<std::size_t>(bracket.places[bracket.step + 1]);
  if (valid.size() > n_places) valid.resize(n_places);
  std::vector<std::size_t> places;
  places.reserve(valid.size());
  for (const auto& [value, place] : valid) places.push_back(place);
  std::sort(places.begin(), places.end());
  return places;
}

double BracketPlan::value_of(const OpenBracket& bracket, std::size_t place) const {
  const auto n = static_cast<std::size_t>(repeats_);
  std::vector<double> values;
  for (std::size_t i = place * n; i < (place + 1) * n; ++i) values.push_back(bracket.repeats[i].value);
  return mean_of_repeats(std::move(values));
}

std::int64_t BracketPlan::until_epoch(const OpenBracket& bracket) const {
  return bracket.rung + 1 == layout_.rungs().size() ? kToTheEnd : layout_.rungs()[bracket.rung];
}

void BracketPlan::set(Repeat& repeat, const LegResult& result) {
  switch (result.state) {
    case TrialState::failed: repeat = {Repeat::State::failed, kNan}; return;
    case TrialState::complete: repeat = {Repeat::State::ended, result.value}; return;
    default: repeat = {Repeat::State::paused, result.value};
  }
}

}  // namespace trawl
