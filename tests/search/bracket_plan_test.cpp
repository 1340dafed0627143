#include "trawl/search/bracket_plan.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <random>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "trawl/base/random.hpp"
#include "trawl/search/make_plan.hpp"

namespace trawl {
namespace {

using Kind = PrunerDefinition::Kind;
using State = TrialState;
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

struct Study {
  std::int64_t n_points = 27;
  PrunerDefinition pruner = {Kind::successive_halving, 1, 3, 9};
  std::int64_t repeats = 1;
  Direction direction = Direction::minimize;
  /// What a leg comes to, by trial and end: of the study alone.
  std::function<LegResult(TrialNumber, std::int64_t)> result;

  [[nodiscard]] std::int64_t n_trials() const { return n_points * repeats; }
};

LegResult ended_at(TrialNumber trial, std::int64_t until, double value) {
  return {trial, until == kToTheEnd ? State::complete : State::paused, until, value};
}

double uniform(std::uint64_t seed, TrialNumber trial, std::int64_t until) {
  return RandomStream(
             StreamKey(seed).with(static_cast<std::uint64_t>(trial)).with(static_cast<std::uint64_t>(until)))
      .uniform();
}

/// Some fail, some end by themselves, some have no number, some are equal.
LegResult rough(std::uint64_t seed, TrialNumber trial, std::int64_t until) {
  const double kind = uniform(seed, trial, until + 1'000'000);
  const double value = std::floor(8.0 * uniform(seed, trial, until)) / 8.0;
  if (kind < 0.08) return {trial, State::failed, until, kNan};
  if (kind < 0.2) return {trial, State::complete, until, value};
  if (kind < 0.23) return ended_at(trial, until, kNan);
  return ended_at(trial, until, value);
}

struct Played {
  Legs legs;
  std::vector<LegResult> results;  // in the order in which they came
};

LegKey key_of(const Leg& leg) { return {leg.trial.number, leg.from_epoch, leg.until_epoch}; }

/// Plays the study with `workers` places for legs at once; which of them ends next is drawn.
Played play(const Study& study, std::uint64_t order, std::size_t workers, KnownLegs known = {}) {
  const NumberSampler sampler(study.n_points);
  BracketPlan plan(sampler, study.pruner, study.repeats, study.direction, std::move(known));
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

std::vector<TrialNumber> trials_to(const Played& run, std::int64_t until) {
  std::vector<TrialNumber> trials;
  for (const auto& [trial, from, to] : run.legs) {
    if (to == until) trials.push_back(trial);
  }
  return trials;
}

Study with(std::int64_t n_points, std::function<LegResult(TrialNumber, std::int64_t)> result) {
  Study study;
  study.n_points = n_points;
  study.result = std::move(result);
  return study;
}

LegResult by_number(TrialNumber trial, std::int64_t until) {
  return ended_at(trial, until, static_cast<double>(trial));
}

using Trials = std::vector<TrialNumber>;

TEST(BracketPlan, TheBestOfEachBracketGoOn) {
  const Played run = play(with(27, by_number), 1, 4);
  EXPECT_EQ(trials_to(run, 1).size(), 27U);
  EXPECT_EQ(trials_to(run, 3), Trials({0, 1, 2, 9, 10, 11, 18, 19, 20}));
  EXPECT_EQ(trials_to(run, kToTheEnd), Trials({0, 9, 18}));
  EXPECT_TRUE(run.legs.count({9, 0, 1}) == 1 && run.legs.count({9, 1, 3}) == 1 &&
              run.legs.count({9, 3, kToTheEnd}) == 1);
}

TEST(BracketPlan, MaximizeTakesTheLargest) {
  Study study = with(9, by_number);
  study.direction = Direction::maximize;
  EXPECT_EQ(trials_to(play(study, 1, 4), 3), Trials({6, 7, 8}));
}

TEST(BracketPlan, TiesGoToTheLowerNumber) {
  const auto equal = [](TrialNumber trial, std::int64_t until) { return ended_at(trial, until, 0.5); };
  for (const Direction direction : {Direction::minimize, Direction::maximize}) {
    Study study = with(9, equal);
    study.direction = direction;
    EXPECT_EQ(trials_to(play(study, 7, 9), 3), Trials({0, 1, 2}));
    EXPECT_EQ(trials_to(play(study, 8, 9), kToTheEnd), Trials({0}));
  }
}

TEST(BracketPlan, FailedTrialsAndNansAreLastAndNeverGoOn) {
  const auto only = [](const Trials& valid, State state) {
    return [=](TrialNumber trial, std::int64_t until) -> LegResult {
      const bool is_valid = std::find(valid.begin(), valid.end(), trial) != valid.end();
      if (is_valid) return by_number(trial, until);
      return {trial, state, until, kNan};
    };
  };
  for (const State state : {State::failed, State::paused}) {
    EXPECT_EQ(trials_to(play(with(9, only({6, 7, 8}, state)), 1, 3), 3), Trials({6, 7, 8}));
    const Played two = play(with(9, only({4, 8}, state)), 1, 3);
    EXPECT_EQ(trials_to(two, 3), Trials({4, 8})) << "the third place stays empty";
    EXPECT_EQ(trials_to(two, kToTheEnd), Trials({4})) << "later rungs keep their places";
    const Played one = play(with(9, only({4}, state)), 1, 3);
    EXPECT_EQ(trials_to(one, kToTheEnd), Trials({4}));
    EXPECT_EQ(play(with(18, only({}, state)), 1, 3).legs.size(), 18U) << "all have failed: that is all";
  }
}

TEST(BracketPlan, AFailureOnTheWayFreesNoPlaceForAnother) {
  const auto fails_later = [](TrialNumber trial, std::int64_t until) -> LegResult {
    if (until == 3 && trial < 2) return {trial, State::failed, until, kNan};
    return by_number(trial, until);
  };
  const Played run = play(with(9, fails_later), 3, 2);
  EXPECT_EQ(trials_to(run, 3), Trials({0, 1, 2}));
  EXPECT_EQ(trials_to(run, kToTheEnd), Trials({2}));
}

TEST(BracketPlan, InfinitiesAreNumbers) {
  const auto result = [](TrialNumber trial, std::int64_t until) -> LegResult {
    return ended_at(trial, until, trial < 6 ? HUGE_VAL : static_cast<double>(trial));
  };
  EXPECT_EQ(trials_to(play(with(9, result), 3, 2), 3), Trials({6, 7, 8}));
}

TEST(BracketPlan, ATrialThatEndedByItselfTakesItsPlaceWithoutALeg) {
  const auto result = [](TrialNumber trial, std::int64_t until) -> LegResult {
    if (trial == 0) return {0, State::complete, until, 0.0};
    return by_number(trial, until);
  };
  const Played run = play(with(9, result), 1, 3);
  EXPECT_EQ(trials_to(run, 3), Trials({1, 2})) << "0 is there too, for nothing";
  EXPECT_EQ(trials_to(run, kToTheEnd), Trials()) << "0 has the only place";
  const auto all_end = [](TrialNumber trial, std::int64_t until) -> LegResult {
    return {trial, State::complete, until, 1.0};
  };
  EXPECT_EQ(play(with(20, all_end), 1, 3).legs.size(), 20U);
}

TEST(BracketPlan, RepeatsAreDecidedByTheirMeanAndGoOnTogether) {
  // Point 0 has the best and the worst repeat; 1 is better on the mean. Point 2 has a failed repeat.
  const auto result = [](TrialNumber trial, std::int64_t until) -> LegResult {
    const std::int64_t point = trial / 2;
    if (trial == 5) return {trial, State::failed, until, kNan};
    if (point == 0) return ended_at(trial, until, trial == 0 ? 0.0 : 9.0);
    return ended_at(trial, until, point == 1 ? 3.0 : 4.0);
  };
  Study study = with(3, result);
  study.pruner = {Kind::successive_halving, 1, 3, 3};
  study.repeats = 2;
  EXPECT_EQ(trials_to(play(study, 5, 4), kToTheEnd), Trials({2, 3}));
  // Where one repeat has ended by itself, the other alone has a leg.
  study.result = [&](TrialNumber trial, std::int64_t until) -> LegResult {
    LegResult one = result(trial, until);
    if (trial == 2) one.state = State::complete;
    return one;
  };
  EXPECT_EQ(trials_to(play(study, 5, 4), kToTheEnd), Trials({3}));
}

TEST(BracketPlan, HyperbandsBracketsBeginAtTheirRungs) {
  Study study = with(49, by_number);
  study.pruner = {Kind::hyperband, 1, 3, 27};
  const Played run = play(study, 1, 5);
  EXPECT_EQ(trials_to(run, 1).size(), 27U);
  EXPECT_EQ(trials_to(run, 3).size(), 9U + 12U);
  EXPECT_EQ(trials_to(run, 9).size(), 3U + 4U + 6U);
  EXPECT_EQ(trials_to(run, kToTheEnd), Trials({0, 27, 39, 40, 45, 46, 47, 48}));
  EXPECT_EQ(run.legs.count({27, 0, 3}), 1U);
  EXPECT_EQ(run.legs.count({45, 0, kToTheEnd}), 1U);
}

Study rough_study(std::uint64_t seed) {
  Study study;
  study.n_points = 70 + static_cast<std::int64_t>(seed % 13);
  study.repeats = seed % 3 == 0 ? 2 : 1;
  study.direction = seed % 2 == 0 ? Direction::minimize : Direction::maximize;
  const std::int64_t eta = 2 + static_cast<std::int64_t>(seed % 3);
  study.pruner = {seed % 5 < 3 ? Kind::successive_halving : Kind::hyperband, 1, eta, 9};
  study.result = [seed](TrialNumber trial, std::int64_t until) { return rough(seed, trial, until); };
  return study;
}

TEST(BracketPlan, AnyOrderOfResultsGivesTheSameLegs) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Study study = rough_study(seed);
    const Legs alone = play(study, 0, 1).legs;
    EXPECT_GT(alone.size(), static_cast<std::size_t>(study.n_trials()));
    for (std::uint64_t order = 1; order <= 100; ++order) {
      ASSERT_EQ(play(study, order, 1 + order % 64).legs, alone) << "seed " << seed << ", order " << order;
    }
  }
}

TEST(BracketPlan, AnyPrefixOfResultsGivesTheRemainingLegs) {
  for (std::uint64_t seed = 20; seed < 26; ++seed) {
    const Study study = rough_study(seed);
    const Played whole = play(study, seed, 5);
    std::mt19937_64 draw(seed);
    for (std::size_t n = 0; n <= whole.results.size(); ++n) {
      std::vector<LegResult> known(whole.results.begin(),
                                   whole.results.begin() + static_cast<std::ptrdiff_t>(n));
      std::shuffle(known.begin(), known.end(), draw);
      Legs expected = whole.legs;
      for (const LegResult& result : known) {
        const auto leg = std::find_if(expected.begin(), expected.end(), [&](const LegKey& key) {
          return std::get<0>(key) == result.trial && std::get<2>(key) == result.until_epoch;
        });
        ASSERT_NE(leg, expected.end());
        expected.erase(leg);
      }
      ASSERT_EQ(play(study, n, 3, KnownLegs(known)).legs, expected) << "seed " << seed << " after " << n;
    }
  }
}

TEST(BracketPlan, NoMoreThanTheShareGoesOn) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Study study = rough_study(seed);
    const BracketLayout layout(study.pruner, study.n_points);
    std::map<std::pair<std::int64_t, std::int64_t>, std::set<std::int64_t>> points;  // bracket, until
    const Played run = play(study, seed, 8);
    for (const auto& [trial, from, until] : run.legs) {
      const std::int64_t point = trial / study.repeats;
      points[{layout.bracket_of(point), until}].insert(point);
    }
    for (const auto& [where, there] : points) {
      const Bracket bracket = layout.bracket(where.first);
      std::int64_t places = bracket.n_points;
      for (std::size_t rung = bracket.first_rung;; ++rung) {
        const bool is_last = rung + 1 == layout.rungs().size();
        if (where.second == (is_last ? kToTheEnd : layout.rungs()[rung])) break;
        places /= study.pruner.reduction_factor;
      }
      EXPECT_LE(static_cast<std::int64_t>(there.size()), places);
    }
  }
}

TEST(BracketPlan, AFailureThatDecidedStaysThoughItsTrialWasRetried) {
  const Study study = with(9, by_number);
  const Played run = play(study, 1, 3, KnownLegs({{0, State::paused, 1, 0.0}, {0, State::failed, 1, kNan}}));
  EXPECT_EQ(trials_to(run, 3), Trials({1, 2, 3}));
  const Played other =
      play(study, 1, 3, KnownLegs({{0, State::failed, 1, kNan}, {0, State::complete, 1, 0.0}}));
  EXPECT_EQ(other.legs, run.legs);
}

TEST(BracketPlan, ExtendingDecidesTheShortBracketAnewAndKeepsTheOthers) {
  // The later, the better: what was promoted of the short bracket is not what the whole one promotes.
  const auto later = [](TrialNumber trial, std::int64_t until) {
    return ended_at(trial, until, -static_cast<double>(trial));
  };
  const Played first = play(with(14, later), 3, 4);
  EXPECT_EQ(trials_to(first, 3), Trials({6, 7, 8, 13})) << "9 to 13 are a bracket of five";
  const Played more = play(with(27, later), 5, 6, KnownLegs(first.results));
  Legs all = first.legs;
  for (const LegKey& leg : more.legs) EXPECT_TRUE(all.insert(leg).second) << "no leg twice";
  const Legs at_once = play(with(27, later), 1, 1).legs;
  EXPECT_TRUE(std::includes(all.begin(), all.end(), at_once.begin(), at_once.end()));
  EXPECT_EQ(all.size(), at_once.size() + 1) << "13 went on before, and keeps what it has";
  EXPECT_EQ(play(with(27, later), 9, 64, KnownLegs(first.results)).legs, more.legs);
  EXPECT_EQ(play(with(14, later), 9, 64, KnownLegs(first.results)).legs, Legs());
}

// A worker that has nothing to do though points are left would wait for others.
TEST(BracketPlan, NoWorkerIsIdleWhilePointsAreLeft) {
  for (const std::size_t workers : {1U, 7U, 64U}) {
    Study study = rough_study(workers);
    study.n_points = 500;
    const NumberSampler sampler(study.n_points);
    BracketPlan plan(sampler, study.pruner, study.repeats, study.direction);
    using Event = std::tuple<double, std::size_t, TrialNumber, std::int64_t>;  // when, worker, leg
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events;
    std::mt19937_64 draw(workers);
    std::vector<double> speeds;
    for (std::size_t i = 0; i < workers; ++i)
      speeds.push_back(std::exp(std::normal_distribution(0.0, 1.0)(draw)));
    std::vector<std::size_t> idle;
    std::set<std::int64_t> begun;
    const auto hand_out = [&](std::size_t worker, double now) {
      const auto leg = plan.next();
      if (!leg) {
        EXPECT_EQ(static_cast<std::int64_t>(begun.size()), study.n_trials()) << "idle while points are left";
        idle.push_back(worker);
        return;
      }
      if (leg->from_epoch == 0) begun.insert(leg->trial.number);
      const double time = std::exp(std::normal_distribution(0.0, 1.0)(draw)) / speeds[worker];
      events.emplace(now + time, worker, leg->trial.number, leg->until_epoch);
    };
    for (std::size_t i = 0; i < workers; ++i) hand_out(i, 0.0);
    while (!events.empty()) {
      const auto [now, worker, trial, until] = events.top();
      events.pop();
      plan.take(study.result(trial, until));
      idle.push_back(worker);
      for (const std::size_t free : std::exchange(idle, {})) hand_out(free, now);
    }
    EXPECT_TRUE(plan.is_over());
  }
}

TEST(BracketPlan, TheOldestBracketGoesFirst) {
  const NumberSampler sampler(27);
  BracketPlan plan(sampler, {Kind::successive_halving, 1, 3, 9}, 1, Direction::minimize);
  for (int i = 0; i < 12; ++i) EXPECT_EQ(plan.next()->trial.number, i);
  for (int i = 0; i < 9; ++i) plan.take(by_number(i, 1));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(key_of(plan.next().value()), LegKey(i, 1, 3));
  EXPECT_EQ(key_of(plan.next().value()), LegKey(12, 0, 1));
}

TEST(BracketPlan, TenMillionPointsNeedNoMemory) {
  const NumberSampler sampler(10'000'000);
  BracketPlan plan(sampler, {Kind::hyperband, 1, 3, 27}, 1, Direction::minimize);
  EXPECT_EQ(plan.n_ready(), 10'000'000);
  std::int64_t n_legs = 0;
  std::int64_t most_open = 0;
  while (const auto leg = plan.next()) {
    plan.take(by_number(leg->trial.number, leg->until_epoch));
    most_open = std::max(most_open, plan.n_open());
    if (++n_legs == 3'000'000) break;  // as much again shows nothing more
  }
  EXPECT_EQ(most_open, 1);
}

TEST(BracketPlan, RefusesResultsOfLegsThatItDidNotName) {
  const NumberSampler sampler(27);
  BracketPlan plan(sampler, {Kind::successive_halving, 1, 3, 9}, 1, Direction::minimize);
  plan.next();
  EXPECT_THROW(plan.take(by_number(1, 1)), std::logic_error);
  EXPECT_THROW(plan.take(by_number(0, 3)), std::logic_error);
  EXPECT_THROW(plan.take(by_number(20, 1)), std::logic_error);
  plan.take(by_number(0, 1));
  EXPECT_THROW(plan.take(by_number(0, 1)), std::logic_error);
}

TEST(MakePlan, GoesByTheStudy) {
  StudyDefinition study;
  study.pruner = {Kind::successive_halving, 1, 3, 3};
  study.search.repeats = 2;
  study.objective.direction = Direction::maximize;
  const NumberSampler sampler(3);
  std::vector<LegResult> known;
  for (TrialNumber trial = 0; trial < 6; ++trial) known.push_back(by_number(trial, 1));
  const std::unique_ptr<Plan> plan = make_plan(study, sampler, KnownLegs(known));
  EXPECT_TRUE(plan->decides());
  EXPECT_EQ(plan->n_ready(), 2);
  EXPECT_EQ(key_of(plan->next().value()), LegKey(4, 1, kToTheEnd));
  EXPECT_EQ(key_of(plan->next().value()), LegKey(5, 1, kToTheEnd));
}

}  // namespace
}  // namespace trawl
