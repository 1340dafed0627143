#include "trawl/nn/schedule.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace trawl {
namespace {

using Kind = Schedule::Kind;

TEST(Schedule, ConstantStays) {
  const Schedule schedule{Kind::constant, 0.1, 0.5, 0.5, 0.5, 7};
  EXPECT_EQ(schedule.at(0), 0.1);
  EXPECT_EQ(schedule.at(1000000), 0.1);
}

TEST(Schedule, InverseTimeHalvesWhenDecayTimesUpdatesIsOne) {
  const Schedule schedule{Kind::inverse_time, 0.1, 1e-4, 1.0, 0.0, 1};
  EXPECT_EQ(schedule.at(0), 0.1);
  EXPECT_DOUBLE_EQ(schedule.at(10000), 0.05);
  EXPECT_DOUBLE_EQ(schedule.at(30000), 0.025);
}

TEST(Schedule, ExponentialIsSmoothAndStepIsNot) {
  const Schedule smooth{Kind::exponential, 1.0, 0.0, 0.25, 0.0, 100};
  const Schedule stairs{Kind::step, 1.0, 0.0, 0.25, 0.0, 100};
  EXPECT_DOUBLE_EQ(smooth.at(50), 0.5);
  EXPECT_DOUBLE_EQ(smooth.at(100), 0.25);
  EXPECT_DOUBLE_EQ(stairs.at(99), 1.0);
  EXPECT_DOUBLE_EQ(stairs.at(100), 0.25);
  EXPECT_DOUBLE_EQ(stairs.at(250), 0.0625);
}

TEST(Schedule, CosineFallsToItsFloorAndStaysThere) {
  const Schedule schedule{Kind::cosine, 2.0, 0.0, 1.0, 0.1, 100};
  EXPECT_DOUBLE_EQ(schedule.at(0), 2.0);
  EXPECT_DOUBLE_EQ(schedule.at(50), 2.0 * (0.1 + 0.9 * 0.5));
  EXPECT_DOUBLE_EQ(schedule.at(100), 0.2);
  EXPECT_DOUBLE_EQ(schedule.at(5000), 0.2);
}

}  // namespace
}  // namespace trawl
