#include "trawl/study/grid.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "trawl/study/search_space.hpp"

namespace trawl {
namespace {

std::string texts(const Distribution& distribution) {
  std::string all;
  for (const ParameterValue& value : grid_values(distribution))
    all += (all.empty() ? "" : " ") + to_text(value);
  return all;
}

FloatDistribution lattice(double low, double high, double step) { return {low, high, false, step, {}}; }
FloatDistribution spaced(double low, double high, std::int64_t points, bool log = false) {
  return {low, high, log, {}, points};
}

TEST(GridValues, AStepGivesTheDecimalsOnePutsDown) {
  EXPECT_EQ(texts(lattice(0.0, 0.6, 0.1)), "0.0 0.1 0.2 0.3 0.4 0.5 0.6");
  EXPECT_EQ(texts(lattice(-0.3, 0.3, 0.1)), "-0.3 -0.2 -0.1 0.0 0.1 0.2 0.3");
  EXPECT_EQ(texts(lattice(1e-5, 5e-5, 1e-5)), "1e-05 2e-05 3e-05 4e-05 5e-05");
  EXPECT_EQ(texts(lattice(0.05, 0.95, 0.3)), "0.05 0.35 0.65 0.95");
}

TEST(GridValues, EveryDecimalStepCountsBothBounds) {
  for (int n = 1; n <= 200; ++n) {
    for (const double step : {0.1, 0.01, 0.07, 0.003, 1.1, 1e-6}) {
      const auto values = grid_values(lattice(0.0, step * n, step));
      ASSERT_EQ(values.size(), static_cast<std::size_t>(n) + 1) << step;
      EXPECT_NEAR(std::get<double>(values.back()), step * n, 1e-12 * step * n);
      EXPECT_LE(std::get<double>(values.back()), step * n);
    }
  }
}

TEST(GridValues, ABoundOffTheLatticeIsNotReached) {
  EXPECT_EQ(texts(lattice(0.0, 0.55, 0.2)), "0.0 0.2 0.4");
  EXPECT_EQ(texts(lattice(0.0, 0.5, 2.0)), "0.0");
  EXPECT_EQ(texts(IntDistribution{1, 8, false, 3, {}}), "1 4 7");
}

TEST(GridValues, PointsAreEvenWithBothBounds) {
  EXPECT_EQ(texts(spaced(0.0, 0.6, 4)), "0.0 0.2 0.4 0.6");
  EXPECT_EQ(texts(spaced(0.0, 1.0, 4)), "0.0 0.333333333333 0.666666666667 1.0");
  EXPECT_EQ(texts(spaced(0.3, 0.9, 1)), "0.3");
  EXPECT_EQ(texts(spaced(0.3, 0.3, 5)), "0.3");
}

TEST(GridValues, LogPointsArePowers) {
  EXPECT_EQ(texts(spaced(1e-6, 1e-2, 5, true)), "1e-06 1e-05 0.0001 0.001 0.01");
  EXPECT_EQ(texts(spaced(1.0, 1024.0, 11, true)), "1.0 2.0 4.0 8.0 16.0 32.0 64.0 128.0 256.0 512.0 1024.0");
}

TEST(GridValues, WholeNumbersAreRoundedAndKeptOnce) {
  EXPECT_EQ(texts(IntDistribution{16, 128, true, {}, 4}), "16 32 64 128");
  EXPECT_EQ(texts(IntDistribution{1, 4, false, {}, 9}), "1 2 3 4");
  EXPECT_EQ(texts(IntDistribution{0, 10, false, 5, {}}), "0 5 10");
  EXPECT_EQ(texts(IntDistribution{-4, 4, false, {}, 3}), "-4 0 4");
}

TEST(GridValues, ChoicesKeepTheirOrder) {
  EXPECT_EQ(texts(CategoricalDistribution{{std::string("b"), std::string("a"), true, 0.5}}), "b a true 0.5");
}

TEST(GridValues, BoundsThatAreNoShortDecimalsStayThemselves) {
  const double low = 1.0 / 3;
  const double high = std::sqrt(2.0);
  const auto values = grid_values(spaced(low, high, 3));
  EXPECT_EQ(values.front(), ParameterValue(low));
  EXPECT_EQ(values.back(), ParameterValue(high));
}

TEST(GridValues, RoundingDoesNotLeaveTheRange) {
  const double low = 1e-14;  // nearer to 0 than the tolerance, which goes by high
  EXPECT_EQ(grid_values(lattice(low, 0.6, 0.2)).front(), ParameterValue(low));
  const FloatDistribution narrow = lattice(1.0 + 5e-13, 1.0 + 9e-13, 1e-13);
  for (std::int64_t i = 0; i < lattice_size(narrow); ++i) {
    EXPECT_GE(lattice_value(narrow, i), narrow.low);
    EXPECT_LE(lattice_value(narrow, i), narrow.high);
  }
  for (const bool log : {false, true}) {
    for (const ParameterValue& value : grid_values(spaced(narrow.low, narrow.high, 5, log))) {
      EXPECT_GE(std::get<double>(value), narrow.low);
      EXPECT_LE(std::get<double>(value), narrow.high);
    }
  }
}

TEST(GridValues, ARangeThatCannotBeCountedIsOurFault) {
  EXPECT_THROW(grid_values(FloatDistribution{0.0, 1.0, false, {}, {}}), std::logic_error);
  EXPECT_THROW(grid_values(IntDistribution{0, 1, false, {}, {}}), std::logic_error);
}

}  // namespace
}  // namespace trawl
