// What a plan names must not depend on the order in which results come.
#include <algorithm>
#include <cmath>
#include <map>
#include <queue>

#include "played_study.hpp"

namespace trawl {
namespace {

PlayedStudy rough_study(std::uint64_t seed) {
  PlayedStudy study;
  study.n_points = 70 + static_cast<std::int64_t>(seed % 13);
  study.repeats = seed % 3 == 0 ? 2 : 1;
  study.direction = seed % 2 == 0 ? Direction::minimize : Direction::maximize;
  const std::int64_t eta = 2 + static_cast<std::int64_t>(seed % 3);
  study.pruner = {seed % 5 < 3 ? "successive_halving" : "hyperband", 1, eta, 9};
  study.result = [seed](TrialNumber trial, std::int64_t until) { return rough(seed, trial, until); };
  return study;
}

TEST(BracketPlan, AnyOrderOfResultsGivesTheSameLegs) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const PlayedStudy study = rough_study(seed);
    const Legs alone = play(study, 0, 1).legs;
    EXPECT_GT(alone.size(), static_cast<std::size_t>(study.n_trials()));
    for (std::uint64_t order = 1; order <= 100; ++order) {
      ASSERT_EQ(play(study, order, 1 + order % 64).legs, alone) << "seed " << seed << ", order " << order;
    }
  }
}

TEST(BracketPlan, AnyPrefixOfResultsGivesTheRemainingLegs) {
  for (std::uint64_t seed = 20; seed < 26; ++seed) {
    const PlayedStudy study = rough_study(seed);
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
      ASSERT_EQ(play(study, n, 3, known).legs, expected) << "seed " << seed << " after " << n;
    }
  }
}

TEST(BracketPlan, NoMoreThanTheShareGoesOn) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const PlayedStudy study = rough_study(seed);
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

// A worker that has nothing to do though points are left would wait for others.
TEST(BracketPlan, NoWorkerIsIdleWhilePointsAreLeft) {
  for (const std::size_t workers : {1U, 7U, 64U}) {
    PlayedStudy study = rough_study(workers);
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

}  // namespace
}  // namespace trawl
