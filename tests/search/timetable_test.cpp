#include "trawl/search/timetable.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "trawl/search/sampler.hpp"

namespace trawl {
namespace {

class Numbered : public Sampler {
 public:
  [[nodiscard]] std::int64_t n_points() const override { return 1000; }
  [[nodiscard]] Parameters point(std::int64_t point) const override { return {{"x", point}}; }
};

StudyDefinition study_of(std::int64_t n_points, std::int64_t n_slots, std::int64_t repeats = 1) {
  StudyDefinition study;
  study.search.n_points = n_points;
  study.search.repeats = repeats;
  study.search.max_concurrent_trials = n_slots;
  study.search.space = {{"x", IntDistribution{0, 999, false, {}, {}}}};
  study.objective.direction = Direction::minimize;
  study.pruner = {"successive_halving", 1, 2, 4};
  return study;
}

std::int64_t x_of(const Parameters& point) { return std::get<std::int64_t>(point.front().second); }

/// Odd points cost three times as much.
double cost(const Parameters& point, std::int64_t from, std::int64_t until) {
  const double epochs = static_cast<double>((until == kToTheEnd ? 4 : until) - from);
  return epochs * (x_of(point) % 2 == 1 ? 3.0 : 1.0);
}

class TimetableTest : public ::testing::Test {
 protected:
  std::unique_ptr<Plan> plan(const StudyDefinition& study) {
    progress_ = std::make_unique<StudyProgress>(study.n_trials(), study.search.repeats, Direction::minimize);
    return make_plan(study, sampler_, *progress_, cost);
  }
  static LegResult ended(const Leg& leg, double value, TrialState state = TrialState::paused) {
    if (leg.until_epoch == kToTheEnd && state == TrialState::paused) state = TrialState::complete;
    return {leg.trial.number, state, leg.until_epoch, value};
  }

  Numbered sampler_;
  std::unique_ptr<StudyProgress> progress_;
};

TEST_F(TimetableTest, NamesAsManyPointsAsThereAreSlots) {
  const auto plan = this->plan(study_of(10, 3));
  EXPECT_EQ(plan->n_ready(), 3);
  std::set<TrialNumber> trials;
  for (int i = 0; i < 3; ++i) trials.insert(plan->next()->trial.number);
  EXPECT_EQ(trials, (std::set<TrialNumber>{0, 1, 2}));
  EXPECT_FALSE(plan->next());
}

TEST_F(TimetableTest, NamesWhatEndsFirstFirst) {
  const auto plan = this->plan(study_of(10, 3));
  EXPECT_EQ(plan->next()->trial.number, 0);
  EXPECT_EQ(plan->next()->trial.number, 2) << "the odd one costs more";
  EXPECT_EQ(plan->next()->trial.number, 1);
}

// A result that comes early changes nothing before its virtual end.
TEST_F(TimetableTest, WaitsForWhatEndsVirtuallyBefore) {
  const auto plan = this->plan(study_of(10, 2));
  const Leg cheap = *plan->next();
  const Leg dear = *plan->next();
  EXPECT_EQ(dear.trial.number, 1);
  plan->take(ended(dear, 0.1));
  EXPECT_FALSE(plan->next()) << "its end is at 3, that of the other at 1";
  plan->take(ended(cheap, 0.5));
  const Leg next = *plan->next();
  EXPECT_EQ(next.trial.number, 2) << "at 1 nobody knows the dear one's result";
}

TEST_F(TimetableTest, SaysWhereALegComesFrom) {
  const auto plan = this->plan(study_of(10, 2));
  const Leg first = *plan->next();
  const auto origin = plan->origin_of(first);
  ASSERT_TRUE(origin);
  EXPECT_EQ(origin->proposed_by, "random");
  EXPECT_EQ(origin->virtual_start, 0.0);
  EXPECT_EQ(origin->virtual_end, 1.0);
}

TEST_F(TimetableTest, ARepeatedPointGoesOnByItsMeanWhenAllItsRepeatsAreIn) {
  const auto plan = this->plan(study_of(2, 1, 2));
  const auto end_next = [&](double value) {
    const Leg leg = *plan->next();
    plan->take(ended(leg, value));
    return leg;
  };
  EXPECT_EQ(end_next(0.1).trial.number, 0);
  EXPECT_EQ(plan->n_ready(), 1);
  EXPECT_EQ(end_next(0.9).trial.number, 1);
  EXPECT_EQ(end_next(0.3).trial.number, 2);
  EXPECT_EQ(end_next(0.3).trial.number, 3);
  const Leg on = *plan->next();
  EXPECT_EQ(on.trial.point, 1) << "0.3 is better than 0.5";
  EXPECT_EQ(on.from_epoch, 1);
  EXPECT_EQ(on.until_epoch, 2);
}

TEST_F(TimetableTest, AFailureCountsAsTheWorstAndWithItsWholeCost) {
  const auto plan = this->plan(study_of(3, 1));
  plan->take(ended(*plan->next(), kNan, TrialState::failed));
  const Leg second = *plan->next();
  EXPECT_EQ(plan->origin_of(second)->virtual_start, 1.0);
  plan->take(ended(second, 0.5));
  EXPECT_EQ(plan->next()->trial.number, 1) << "of two values the one that is a number goes on";
}

TEST_F(TimetableTest, ATrialThatHasEndedHasItsValueAtLaterRungsAtOnce) {
  const auto plan = this->plan(study_of(2, 1));
  plan->take(ended(*plan->next(), 0.1, TrialState::complete));
  plan->take(ended(*plan->next(), 0.5));
  EXPECT_FALSE(plan->next()) << "the better one has ended by itself: there is nothing to train";
  EXPECT_TRUE(plan->is_over());
}

TEST_F(TimetableTest, SomebodyComesToTheEndHoweverFewThereAre) {
  for (const std::int64_t n_points : {1, 2, 3, 5, 8, 21}) {
    const auto plan = this->plan(study_of(n_points, 4));
    std::map<TrialNumber, std::int64_t> until;
    while (const auto leg = plan->next()) {
      until[leg->trial.number] = leg->until_epoch == kToTheEnd ? 4 : leg->until_epoch;
      plan->take(ended(*leg, 1.0 / static_cast<double>(1 + leg->trial.number)));
    }
    EXPECT_TRUE(plan->is_over());
    EXPECT_EQ(until.size(), static_cast<std::size_t>(n_points));
    std::int64_t longest = 0;
    for (const auto& [trial, epoch] : until) longest = std::max(longest, epoch);
    EXPECT_EQ(longest, 4) << n_points;
  }
}

TEST_F(TimetableTest, TakesParametersThatAnEarlierRunRecorded) {
  const StudyDefinition study = study_of(4, 2);
  StudyProgress progress(4, 1, Direction::minimize, {}, StudyProgress::Keep::proposals);
  progress.apply(TrialStarted{{0, 0, 0, {{"x", std::int64_t{77}}}}, 1, 1, "host", 1.0});
  const auto plan = make_plan(study, sampler_, progress, cost);
  EXPECT_EQ(x_of(plan->point(0)), 77);
  EXPECT_EQ(x_of(plan->point(1)), 1);
}

}  // namespace
}  // namespace trawl
