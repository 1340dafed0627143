#include "trawl/search/portable_math.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace trawl {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double relative_error(double value, double expected) {
  return std::abs(value - expected) / std::abs(expected);
}

TEST(PortableMath, ExponentialIsThatOfTheLibrary) {
  for (double x = -700.0; x < 709.0; x += 0.37)
    EXPECT_LT(relative_error(portable::exp(x), std::exp(x)), 1e-15) << x;
  EXPECT_EQ(portable::exp(0.0), 1.0);
  EXPECT_EQ(portable::exp(-800.0), 0.0);
  EXPECT_EQ(portable::exp(800.0), kInfinity);
  EXPECT_TRUE(std::isnan(portable::exp(std::nan(""))));
}

TEST(PortableMath, LogarithmIsThatOfTheLibrary) {
  for (double x = -700.0; x < 709.0; x += 0.37) {
    const double y = std::exp(x);
    EXPECT_LT(relative_error(portable::log(y), std::log(y)), 1e-15) << y;
  }
  for (const double near : {1.0000001, 0.9999999, 1.0 + 0x1p-52}) {
    EXPECT_LT(relative_error(portable::log(near), std::log(near)), 1e-15) << near;
  }
  EXPECT_EQ(portable::log(1.0), 0.0);
  EXPECT_EQ(portable::log(0.0), -kInfinity);
  EXPECT_EQ(portable::log(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(portable::log(-1.0)));
}

TEST(PortableMath, NormalDistributionIsRightFarOut) {
  for (double x = -36.0; x < 8.0; x += 0.13) {
    const double expected = 0.5 * std::erfc(-x / std::sqrt(2.0));
    EXPECT_LT(relative_error(portable::normal_below(x), expected), 5e-13) << x;
  }
  EXPECT_EQ(portable::normal_below(0.0), 0.5);
  EXPECT_EQ(portable::normal_below(kInfinity), 1.0);
  EXPECT_EQ(portable::normal_below(-kInfinity), 0.0);
  // Both far above: 1 - 1 would be all that is left.
  EXPECT_LT(relative_error(portable::normal_between(10.0, 11.0), 0.5 * std::erfc(10.0 / std::sqrt(2.0))),
            1e-4);
}

TEST(PortableMath, QuantileIsTheInverse) {
  for (double share = 1e-5; share < 1.0; share += 1e-4) {
    const double x = portable::normal_quantile(share);
    EXPECT_LT(relative_error(portable::normal_below(x), share), 1e-12) << share;
  }
  EXPECT_LT(relative_error(portable::normal_below(portable::normal_quantile(1e-200)), 1e-200), 1e-9);
  EXPECT_EQ(portable::normal_quantile(0.5), 0.0);
}

// On every CPU and by every compiler: where these differ, searches on two machines differ.
TEST(PortableMath, BitsAreTheSameEverywhere) {
  const auto bits = [](double x) { return std::bit_cast<std::uint64_t>(x); };
  EXPECT_EQ(bits(portable::exp(-1.234)), 0x3fd2a1cdddde5461U);
  EXPECT_EQ(bits(portable::log(0.0123)), 0xc01197b635f81342U);
  EXPECT_EQ(bits(portable::normal_below(-1.7)), 0x3fa6d148ca287903U);
  EXPECT_EQ(bits(portable::normal_below(-7.3)), 0x3d443ff667f46473U);
  EXPECT_EQ(bits(portable::normal_quantile(0.03)), 0xbffe17bb09d89140U);
}

}  // namespace
}  // namespace trawl
