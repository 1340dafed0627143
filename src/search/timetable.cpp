// Plays a search that learns on an imaginary cluster.
#include "trawl/search/timetable.hpp"

#include <algorithm>
#include <cmath>

#include "trawl/base/error.hpp"
#include "trawl/study/ranking.hpp"

namespace trawl {

Timetable::Timetable(const StudyDefinition& study, std::unique_ptr<AdaptiveSampler> sampler,
                     std::unique_ptr<Pruner> pruner, LegCost cost, const StudyProgress& progress)
    : repeats_(study.search.repeats),
      n_points_(study.search.n_points),
      n_slots_(study.search.max_concurrent_trials),
      sampler_(std::move(sampler)),
      pruner_(std::move(pruner)),
      cost_(std::move(cost)),
      progress_(progress),
      history_(study.objective.direction) {
  TRAWL_CHECK(n_slots_ > 0, "a timetable without slots");
  fill();
}

Parameters Timetable::point(std::int64_t point) const {
  TRAWL_CHECK(point >= 0 && point < history_.size(), "point {} of {}", point, history_.size());
  return history_.points()[static_cast<std::size_t>(point)].parameters;
}

// What is decided first ends first.
std::optional<Leg> Timetable::next() {
  if (ready_.empty()) return std::nullopt;
  const Key key = *ready_.begin();
  Slot& slot = slots_.at(key);
  const std::int64_t repeat = slot.to_name.back();
  slot.to_name.pop_back();
  --n_ready_;
  if (slot.to_name.empty()) ready_.erase(key);
  const Open& open = open_.at(slot.point);
  return Leg{{slot.point * repeats_ + repeat, slot.point, repeat, point(slot.point)},
             open.from_epoch,
             open.until_epoch};
}

void Timetable::take(const LegResult& result) {
  const auto it = open_.find(result.trial / repeats_);
  TRAWL_CHECK(it != open_.end(), "a leg of trial {}, which has none here", result.trial);
  Open& open = it->second;
  Repeat& repeat = open.repeats[static_cast<std::size_t>(result.trial % repeats_)];
  TRAWL_CHECK(!repeat.has_result && result.until_epoch == open.until_epoch, "trial {} has no leg to epoch {}",
              result.trial, result.until_epoch);
  repeat.has_result = true;
  repeat.has_ended = result.state != TrialState::paused;
  repeat.has_failed = result.state == TrialState::failed;
  repeat.value = repeat.has_failed ? kNan : result.value;
  --slots_.at(open.key).n_missing;
  pass_events();
}

// The clock may pass what has ended virtually as soon as its results are there.
void Timetable::pass_events() {
  while (!slots_.empty() && slots_.begin()->second.n_missing == 0) {
    const std::int64_t point = slots_.begin()->second.point;
    now_ = slots_.begin()->first.first;
    slots_.erase(slots_.begin());
    settle(point);
    fill();
  }
}

void Timetable::settle(std::int64_t point) {
  const Open& open = open_.at(point);
  const auto all = [&](bool Repeat::*is) {
    return std::all_of(open.repeats.begin(), open.repeats.end(), [is](const Repeat& r) { return r.*is; });
  };
  const bool has_failed = std::any_of(open.repeats.begin(), open.repeats.end(),
                                      [](const Repeat& repeat) { return repeat.has_failed; });
  const double value = value_of(open);
  const bool is_complete = !has_failed && all(&Repeat::has_ended);
  const auto state = has_failed    ? KnownPoint::State::failed
                     : is_complete ? KnownPoint::State::complete
                                   : KnownPoint::State::partial;
  history_.take(point, state, open.until_epoch, value);
  any_complete_ = any_complete_ || (is_complete && !std::isnan(value));
  const std::int64_t epoch = open.until_epoch;
  if (has_failed || epoch == kToTheEnd) open_.erase(point);
  if (pruner_) pruner_->take(point, epoch, value);
}

void Timetable::fill() {
  while (static_cast<std::int64_t>(slots_.size()) < n_slots_ && decide()) {
  }
}

bool Timetable::decide() {
  while (pruner_) {
    const std::optional<Promotion> promotion = pruner_->next();
    if (!promotion) break;
    if (promote(*promotion)) return true;
  }
  if (history_.size() < n_points_) {
    propose();
    return true;
  }
  while (pruner_ && slots_.empty() && !any_complete_) {
    const std::optional<Promotion> promotion = pruner_->next_of_last();
    if (!promotion) break;
    if (promote(*promotion)) return true;
  }
  return false;
}

// False: it has ended by itself, so its value there is known.
bool Timetable::promote(const Promotion& promotion) {
  const std::int64_t point = promotion.point;
  Open& open = open_.at(point);
  if (std::all_of(open.repeats.begin(), open.repeats.end(), [](const Repeat& r) { return r.has_ended; })) {
    const double value = value_of(open);
    if (promotion.until_epoch == kToTheEnd) open_.erase(point);
    pruner_->take(point, promotion.until_epoch, value);
    return false;
  }
  begin(point, promotion.until_epoch);
  return true;
}

void Timetable::propose() {
  const std::int64_t point = history_.size();
  if (const Parameters* known = progress_.parameters_of(point)) {
    history_.add(*known);
    origins_.emplace_back();  // it is known, too
  } else {
    Proposal proposal = sampler_->propose(history_);
    history_.add(std::move(proposal.parameters));
    origins_.push_back({proposal.by, proposal.n_known});
  }
  open_[point].repeats.resize(static_cast<std::size_t>(repeats_));
  begin(point, pruner_ ? pruner_->first_epoch(point) : kToTheEnd);
}

void Timetable::begin(std::int64_t point, std::int64_t until_epoch) {
  Open& open = open_.at(point);
  open.from_epoch = open.until_epoch;  // 0 before the first leg
  open.until_epoch = until_epoch;
  open.begin = now_;
  const double cost = cost_ ? cost_(history_.points()[static_cast<std::size_t>(point)].parameters,
                                    open.from_epoch, until_epoch)
                            : 1.0;
  TRAWL_CHECK(cost > 0.0 && std::isfinite(cost), "point {} costs {}", point, cost);
  open.key = {now_ + cost, n_decisions_++};
  Slot slot;
  slot.point = point;
  for (std::int64_t i = repeats_; i-- > 0;) {
    Repeat& repeat = open.repeats[static_cast<std::size_t>(i)];
    if (repeat.has_ended) continue;
    repeat.has_result = false;
    slot.to_name.push_back(i);
  }
  slot.n_missing = static_cast<std::int64_t>(slot.to_name.size());
  n_ready_ += slot.n_missing;
  ready_.insert(open.key);
  slots_.emplace(open.key, std::move(slot));
}

double Timetable::value_of(const Open& open) const {
  std::vector<double> values;
  for (const Repeat& repeat : open.repeats) values.push_back(repeat.value);
  return mean_of_repeats(std::move(values));
}

std::optional<LegPlanned> Timetable::origin_of(const Leg& leg) const {
  const auto it = open_.find(leg.trial.point);
  if (it == open_.end() || it->second.until_epoch != leg.until_epoch) return std::nullopt;  // beside the plan
  const Open& open = it->second;
  const Origin& origin = origins_[static_cast<std::size_t>(leg.trial.point)];
  return LegPlanned{leg.trial.number, origin.by, origin.n_known, open.begin, open.key.first};
}

}  // namespace trawl
