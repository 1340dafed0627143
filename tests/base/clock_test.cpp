#include "trawl/base/clock.hpp"

#include <cmath>
#include <cstdlib>
#include <ctime>
#include <limits>

#include <gtest/gtest.h>

namespace trawl {
namespace {

TEST(Clock, DurationsReadLikeWords) {
  EXPECT_EQ(format_duration(0.0), "0.0 s");
  EXPECT_EQ(format_duration(4.25), "4.2 s");
  EXPECT_EQ(format_duration(59.4), "59 s");
  EXPECT_EQ(format_duration(59.6), "1 min 0 s");
  EXPECT_EQ(format_duration(200), "3 min 20 s");
  EXPECT_EQ(format_duration(7500), "2 h 5 min");
  EXPECT_EQ(format_duration(std::numeric_limits<double>::infinity()), "?");
}

TEST(Clock, TimesAreLocal) {
  ASSERT_EQ(setenv("TZ", "UTC-1", 1), 0);
  tzset();
  EXPECT_EQ(format_time(1'000'000'000), "2001-09-09 02:46:40");
  EXPECT_EQ(format_time(std::nan("")), "");
}

TEST(Clock, SteadyTimeNeverGoesBack) {
  double before = steady_time();
  for (int i = 0; i < 1000; ++i) {
    const double now = steady_time();
    ASSERT_GE(now, before);
    before = now;
  }
  EXPECT_GT(unix_time(), 1.7e9);
}

TEST(Clock, TheCoarseOneIsTheSteadyOneALittleAgo) {
  const double before = steady_time();
  const double coarse = coarse_steady_time();
  EXPECT_LE(coarse, steady_time());
  EXPECT_GT(coarse, before - 0.1);
}

}  // namespace
}  // namespace trawl
