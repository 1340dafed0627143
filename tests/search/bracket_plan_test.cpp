#include "trawl/search/bracket_plan.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "played_study.hpp"

namespace trawl {
namespace {

TEST(BracketPlan, TheBestOfEachBracketGoOn) {
  const Played run = play(with(27, by_number), 1, 4);
  EXPECT_EQ(trials_to(run, 1).size(), 27U);
  EXPECT_EQ(trials_to(run, 3), Trials({0, 1, 2, 9, 10, 11, 18, 19, 20}));
  EXPECT_EQ(trials_to(run, kToTheEnd), Trials({0, 9, 18}));
  EXPECT_TRUE(run.legs.count({9, 0, 1}) == 1 && run.legs.count({9, 1, 3}) == 1 &&
              run.legs.count({9, 3, kToTheEnd}) == 1);
}

TEST(BracketPlan, MaximizeTakesTheLargest) {
  PlayedStudy study = with(9, by_number);
  study.direction = Direction::maximize;
  EXPECT_EQ(trials_to(play(study, 1, 4), 3), Trials({6, 7, 8}));
}

TEST(BracketPlan, TiesGoToTheLowerNumber) {
  const auto equal = [](TrialNumber trial, std::int64_t until) { return ended_at(trial, until, 0.5); };
  for (const Direction direction : {Direction::minimize, Direction::maximize}) {
    PlayedStudy study = with(9, equal);
    study.direction = direction;
    EXPECT_EQ(trials_to(play(study, 7, 9), 3), Trials({0, 1, 2}));
    EXPECT_EQ(trials_to(play(study, 8, 9), kToTheEnd), Trials({0}));
  }
}

TEST(BracketPlan, FailedTrialsAndNansAreLastAndNeverGoOn) {
  const auto only = [](const Trials& valid, TrialState state) {
    return [=](TrialNumber trial, std::int64_t until) -> LegResult {
      const bool is_valid = std::find(valid.begin(), valid.end(), trial) != valid.end();
      if (is_valid) return by_number(trial, until);
      return {trial, state, until, kNan};
    };
  };
  for (const TrialState state : {TrialState::failed, TrialState::paused}) {
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
    if (until == 3 && trial < 2) return {trial, TrialState::failed, until, kNan};
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
    if (trial == 0) return {0, TrialState::complete, until, 0.0};
    return by_number(trial, until);
  };
  const Played run = play(with(9, result), 1, 3);
  EXPECT_EQ(trials_to(run, 3), Trials({1, 2})) << "0 is there too, for nothing";
  EXPECT_EQ(trials_to(run, kToTheEnd), Trials()) << "0 has the only place";
  const auto all_end = [](TrialNumber trial, std::int64_t until) -> LegResult {
    return {trial, TrialState::complete, until, 1.0};
  };
  EXPECT_EQ(play(with(20, all_end), 1, 3).legs.size(), 20U);
}

TEST(BracketPlan, RepeatsAreDecidedByTheirMeanAndGoOnTogether) {
  // Point 0 has the best and the worst repeat; 1 is better on the mean. Point 2 has a failed repeat.
  const auto result = [](TrialNumber trial, std::int64_t until) -> LegResult {
    const std::int64_t point = trial / 2;
    if (trial == 5) return {trial, TrialState::failed, until, kNan};
    if (point == 0) return ended_at(trial, until, trial == 0 ? 0.0 : 9.0);
    return ended_at(trial, until, point == 1 ? 3.0 : 4.0);
  };
  PlayedStudy study = with(3, result);
  study.pruner = {"successive_halving", 1, 3, 3};
  study.repeats = 2;
  EXPECT_EQ(trials_to(play(study, 5, 4), kToTheEnd), Trials({2, 3}));
  // Where one repeat has ended by itself, the other alone has a leg.
  study.result = [&](TrialNumber trial, std::int64_t until) -> LegResult {
    LegResult one = result(trial, until);
    if (trial == 2) one.state = TrialState::complete;
    return one;
  };
  EXPECT_EQ(trials_to(play(study, 5, 4), kToTheEnd), Trials({3}));
}

TEST(BracketPlan, HyperbandsBracketsBeginAtTheirRungs) {
  PlayedStudy study = with(49, by_number);
  study.pruner = {"hyperband", 1, 3, 27};
  const Played run = play(study, 1, 5);
  EXPECT_EQ(trials_to(run, 1).size(), 27U);
  EXPECT_EQ(trials_to(run, 3).size(), 9U + 12U);
  EXPECT_EQ(trials_to(run, 9).size(), 3U + 4U + 6U);
  EXPECT_EQ(trials_to(run, kToTheEnd), Trials({0, 27, 39, 40, 45, 46, 47, 48}));
  EXPECT_EQ(run.legs.count({27, 0, 3}), 1U);
  EXPECT_EQ(run.legs.count({45, 0, kToTheEnd}), 1U);
}

TEST(BracketPlan, ExtendingDecidesTheShortBracketAnewAndKeepsTheOthers) {
  // The later, the better: what was promoted of the short bracket is not what the whole one promotes.
  const auto later = [](TrialNumber trial, std::int64_t until) {
    return ended_at(trial, until, -static_cast<double>(trial));
  };
  const Played first = play(with(14, later), 3, 4);
  EXPECT_EQ(trials_to(first, 3), Trials({6, 7, 8, 13})) << "9 to 13 are a bracket of five";
  const Played more = play(with(27, later), 5, 6, first.results);
  Legs all = first.legs;
  for (const LegKey& leg : more.legs) EXPECT_TRUE(all.insert(leg).second) << "no leg twice";
  const Legs at_once = play(with(27, later), 1, 1).legs;
  EXPECT_TRUE(std::includes(all.begin(), all.end(), at_once.begin(), at_once.end()));
  EXPECT_EQ(all.size(), at_once.size() + 1) << "13 went on before, and keeps what it has";
  EXPECT_EQ(play(with(27, later), 9, 64, first.results).legs, more.legs);
  EXPECT_EQ(play(with(14, later), 9, 64, first.results).legs, Legs());
}

TEST(BracketPlan, TheOldestBracketGoesFirst) {
  const NumberSampler sampler(27);
  BracketPlan plan(sampler, {"successive_halving", 1, 3, 9}, 1, Direction::minimize);
  for (int i = 0; i < 12; ++i) EXPECT_EQ(plan.next()->trial.number, i);
  for (int i = 0; i < 9; ++i) plan.take(by_number(i, 1));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(key_of(plan.next().value()), LegKey(i, 1, 3));
  EXPECT_EQ(key_of(plan.next().value()), LegKey(12, 0, 1));
}

TEST(BracketPlan, WhenAllBracketsHaveBegunTheOneFurthestBehindGoesFirst) {
  const NumberSampler sampler(27);
  BracketPlan plan(sampler, {"successive_halving", 1, 3, 9}, 1, Direction::minimize);
  for (int i = 0; i < 19; ++i) EXPECT_EQ(plan.next()->trial.number, i);
  for (int i = 0; i < 18; ++i) plan.take(by_number(i, 1));
  for (int i = 19; i < 27; ++i) EXPECT_EQ(key_of(plan.next().value()), LegKey(i, 0, 1));
  for (const int i : {0, 1, 2, 9}) EXPECT_EQ(key_of(plan.next().value()), LegKey(i, 1, 3));
  for (const int i : {0, 1, 2}) plan.take(by_number(i, 3));
  for (const int i : {10, 11}) EXPECT_EQ(key_of(plan.next().value()), LegKey(i, 1, 3));
  EXPECT_EQ(key_of(plan.next().value()), LegKey(0, 3, kToTheEnd));
}

TEST(BracketPlan, TenMillionPointsNeedNoMemory) {
  const NumberSampler sampler(10'000'000);
  BracketPlan plan(sampler, {"hyperband", 1, 3, 27}, 1, Direction::minimize);
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
  BracketPlan plan(sampler, {"successive_halving", 1, 3, 9}, 1, Direction::minimize);
  plan.next();
  EXPECT_THROW(plan.take(by_number(1, 1)), std::logic_error);
  EXPECT_THROW(plan.take(by_number(0, 3)), std::logic_error);
  EXPECT_THROW(plan.take(by_number(20, 1)), std::logic_error);
  plan.take(by_number(0, 1));
  EXPECT_THROW(plan.take(by_number(0, 1)), std::logic_error);
}

// Enqueued points and inactive parameters are as without a pruner.
TEST(BracketPlan, PointsAreTheSamplers) {
  SearchDefinition search;
  const ParameterValue sgd = std::string("sgd");
  const ParameterValue momentum = std::string("momentum");
  search.space = {{"optimizer", CategoricalDistribution{{sgd, momentum}}},
                  {"momentum", FloatDistribution{0.5, 0.9, false, {}, {}}, {{"optimizer", {momentum}}}}};
  search.n_points = 27;
  search.enqueued = {{{"optimizer", momentum}, {"momentum", 0.6}}};
  const auto sampler = make_sampler(search);
  BracketPlan plan(*sampler, {"successive_halving", 1, 3, 9}, 1, Direction::minimize);
  std::set<std::size_t> sizes;
  while (const auto leg = plan.next()) {
    EXPECT_EQ(leg->trial.parameters, sampler->point(leg->trial.point));
    sizes.insert(leg->trial.parameters.size());
    plan.take(by_number(leg->trial.number, leg->until_epoch));
  }
  EXPECT_EQ(to_text(sampler->point(0)), "optimizer=momentum momentum=0.6");
  EXPECT_EQ(sizes, std::set<std::size_t>({1, 2}));
  EXPECT_TRUE(plan.is_over());
}

}  // namespace
}  // namespace trawl
