#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "trawl/base/random.hpp"
#include "trawl/search/bracket_plan.hpp"

namespace trawl {

using LegKey = std::tuple<TrialNumber, std::int64_t, std::int64_t>;  // trial, from, until
using Legs = std::set<LegKey>;

/// Points without parameters: plans look at numbers alone.
class NumberSampler : public Sampler {
 public:
  explicit NumberSampler(std::int64_t n_points) : n_points_(n_points) {}
  [[nodiscard]] std::int64_t n_points() const override { return n_points_; }
  [[nodiscard]] Parameters point(std::int64_t point) const override { return {{"x", point}}; }

 private:
  std::int64_t n_points_;
};

struct PlayedStudy {
  std::int64_t n_points = 27;
  PrunerDefinition pruner = {"successive_halving", 1, 3, 9};
  std::int64_t repeats = 1;
  Direction direction = Direction::minimize;
  /// What a leg comes to, by trial and end: of the study alone.
  std::function<LegResult(TrialNumber, std::int64_t)> result;

  [[nodiscard]] std::int64_t n_trials() const { return n_points * repeats; }
};

inline LegResult ended_at(TrialNumber trial, std::int64_t until, double value) {
  return {trial, until == kToTheEnd ? TrialState::complete : TrialState::paused, until, value};
}

inline double uniform(std::uint64_t seed, TrialNumber trial, std::int64_t until) {
  return RandomStream(
             StreamKey(seed).with(static_cast<std::uint64_t>(trial)).with(static_cast<std::uint64_t>(until)))
      .uniform();
}

/// Some fail, some end by themselves, some have no number, some are equal.
inline LegResult rough(std::uint64_t seed, TrialNumber trial, std::int64_t until) {
  const double kind = uniform(seed, trial, until + 1'000'000);
  const double value = std::floor(8.0 * uniform(seed, trial, until)) / 8.0;
  if (kind < 0.08) return {trial, TrialState::failed, until, kNan};
  if (kind < 0.2) return {trial, TrialState::complete, until, value};
  if (kind < 0.23) return ended_at(trial, until, kNan);
  return ended_at(trial, until, value);
}

struct Played {
  Legs legs;
  std::vector<LegResult> results;  // in the order in which they came
};

inline LegKey key_of(const Leg& leg) { return {leg.trial.number, leg.from_epoch, leg.until_epoch}; }

/// The first one there is, as a failure that decided stays.
inline const LegResult* result_in(const std::vector<LegResult>& known, const Leg& leg) {
  for (const LegResult& result : known) {
    if (result.trial == leg.trial.number && result.until_epoch == leg.until_epoch) return &result;
  }
  return nullptr;
}

/// Plays the study with `workers` places for legs at once; which of them ends next is drawn. What `known` has
/// is told as it is named, and is not among the legs.
inline Played play(const PlayedStudy& study, std::uint64_t order, std::size_t workers,
                   const std::vector<LegResult>& known = {}) {
  const NumberSampler sampler(study.n_points);
  BracketPlan plan(sampler, study.pruner, study.repeats, study.direction);
  std::mt19937_64 draw(order);
  Played run;
  std::vector<Leg> running;
  for (;;) {
    while (running.size() < workers) {
      const std::int64_t n_ready = plan.n_ready();
      const auto leg = plan.next();
      EXPECT_EQ(leg.has_value(), n_ready > 0);
      if (!leg) break;
      EXPECT_EQ(plan.n_ready(), n_ready - 1);
      if (const LegResult* result = result_in(known, *leg)) {
        plan.take(*result);
        continue;
      }
      EXPECT_TRUE(run.legs.insert(key_of(*leg)).second) << "twice: trial " << leg->trial.number;
      EXPECT_EQ(leg->trial.number, leg->trial.point * study.repeats + leg->trial.repeat);
      EXPECT_EQ(*find_parameter(leg->trial.parameters, "x"), ParameterValue(leg->trial.point));
      running.push_back(*leg);
    }
    if (running.empty()) break;
    EXPECT_FALSE(plan.is_over());
    const auto next = running.begin() + static_cast<std::ptrdiff_t>(draw() % running.size());
    run.results.push_back(study.result(next->trial.number, next->until_epoch));
    running.erase(next);
    plan.take(run.results.back());
  }
  EXPECT_TRUE(plan.is_over());
  EXPECT_EQ(plan.n_ready(), 0);
  return run;
}

inline std::vector<TrialNumber> trials_to(const Played& run, std::int64_t until) {
  std::vector<TrialNumber> trials;
  for (const auto& [trial, from, to] : run.legs) {
    if (to == until) trials.push_back(trial);
  }
  return trials;
}

inline PlayedStudy with(std::int64_t n_points, std::function<LegResult(TrialNumber, std::int64_t)> result) {
  PlayedStudy study;
  study.n_points = n_points;
  study.result = std::move(result);
  return study;
}

inline LegResult by_number(TrialNumber trial, std::int64_t until) {
  return ended_at(trial, until, static_cast<double>(trial));
}

using Trials = std::vector<TrialNumber>;

}  // namespace trawl
