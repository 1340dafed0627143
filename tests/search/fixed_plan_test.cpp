#include "trawl/search/fixed_plan.hpp"

#include <gtest/gtest.h>

namespace trawl {
namespace {

/// Point i has the one parameter "index" = i.
class IndexSampler : public Sampler {
 public:
  [[nodiscard]] std::int64_t n_points() const override { return 3; }
  [[nodiscard]] Parameters point(std::int64_t point) const override { return {{"index", point}}; }
};

TEST(FixedPlan, NamesEveryTrialOnceInOrderWholeAndDecidesNothing) {
  const IndexSampler sampler;
  const StudyProgress progress(6, 2, Direction::maximize);
  FixedPlan plan(2, sampler, progress);
  EXPECT_FALSE(plan.decides());
  for (TrialNumber trial = 0; trial < 6; ++trial) {
    EXPECT_EQ(plan.n_ready(), 6 - trial);
    const std::optional<Leg> leg = plan.next();
    ASSERT_TRUE(leg);
    EXPECT_EQ(leg->trial.number, trial);
    EXPECT_EQ(leg->trial.point, trial / 2);
    EXPECT_EQ(leg->trial.repeat, trial % 2);
    EXPECT_EQ(leg->trial.parameters, (Parameters{{"index", trial / 2}}));
    EXPECT_EQ(leg->from_epoch, 0);
    EXPECT_EQ(leg->until_epoch, kToTheEnd);
  }
  EXPECT_FALSE(plan.next());
  for (TrialNumber trial = 0; trial < 6; ++trial) {
    EXPECT_FALSE(plan.is_over());
    plan.take({trial, TrialState::failed, kToTheEnd, kNan});
  }
  EXPECT_TRUE(plan.is_over());
}

TEST(FixedPlan, LeavesOutWhatHasFinishedAndOtherShards) {
  const IndexSampler sampler;
  StudyProgress progress(3, 1, Direction::maximize, {0, 2});
  progress.apply(TrialFinished{0, 1, 0.0, {}});
  FixedPlan plan(1, sampler, progress);
  EXPECT_EQ(plan.n_ready(), 1);
  EXPECT_EQ(plan.next()->trial.number, 2);
  EXPECT_FALSE(plan.next());
  progress.apply(TrialFinished{2, 1, 0.0, {}});
  EXPECT_TRUE(FixedPlan(1, sampler, progress).is_over());
}

TEST(FixedPlan, IsThePlanOfAStudyThatPrunesNothing) {
  const IndexSampler sampler;
  StudyDefinition study;
  const StudyProgress progress(10, 1, Direction::maximize);
  EXPECT_EQ(what_to_keep(study), StudyProgress::Keep::ends);
  EXPECT_FALSE(make_plan(study, sampler, progress)->decides());
}

}  // namespace
}  // namespace trawl
