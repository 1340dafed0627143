#include "trawl/data/number_blocks.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace trawl {
namespace {

using Floats = std::vector<float>;
using Doubles = std::vector<double>;
using Wholes = std::vector<std::int64_t>;

template <class T>
void add(NumberBlocks& numbers, const std::vector<T>& block) {
  numbers.add(std::span<const T>(block));
}

template <class T>
Features features_of(const std::vector<T>& block) {
  NumberBlocks numbers(block.size());
  add(numbers, block);
  return numbers.take();
}

TEST(NumberBlocksTest, WhatAFloatHoldsIsKeptAsFloat) {
  NumberBlocks numbers(7);
  add(numbers, Doubles{0.5, -3.0, 0x1p-149, 0.0});
  add(numbers, std::vector<std::int32_t>{-(1 << 24), 1 << 24});
  add(numbers, Wholes{1LL << 52});
  EXPECT_EQ(numbers.first_not_finite(), -1);
  EXPECT_EQ(std::get<Floats>(numbers.take()),
            (Floats{0.5F, -3.0F, 0x1p-149F, 0.0F, -0x1p24F, 0x1p24F, 0x1p52F}));
}

TEST(NumberBlocksTest, OneOtherNumberMakesAllOfThemDouble) {
  for (const double other : {0.1, 16'777'217.0, 1e-46, 1e39, 0x1p53, -0x1p60}) {
    NumberBlocks numbers(5);
    add(numbers, Doubles{1.0, 2.0});
    add(numbers, Doubles{3.0, other});
    add(numbers, Doubles{4.0});
    EXPECT_EQ(std::get<Doubles>(numbers.take()), (Doubles{1.0, 2.0, 3.0, other, 4.0}));
  }
  EXPECT_EQ(std::get<Doubles>(features_of(std::vector<std::int32_t>{16'777'217})), Doubles{16'777'217.0});
  EXPECT_EQ(std::get<Doubles>(features_of(Wholes{1'700'000'031})), Doubles{1'700'000'031.0});
}

TEST(NumberBlocksTest, WholeNumbersThatDoubleLosesAreNoFloatsEither) {
  EXPECT_EQ(std::get<Doubles>(features_of(Wholes{(1LL << 60) + 1})), Doubles{0x1p60});
}

TEST(NumberBlocksTest, ZerosKeepTheirSign) {
  EXPECT_TRUE(std::signbit(std::get<Floats>(features_of(Doubles{-0.0}))[0]));
}

TEST(NumberBlocksTest, FindsTheFirstThatIsNotFinite) {
  for (const double bad : {HUGE_VAL, -HUGE_VAL, std::nan("")}) {
    NumberBlocks doubles(6);
    add(doubles, Doubles{0.5, 0.25});
    add(doubles, Doubles{0.125, bad, 1.0, bad});
    EXPECT_EQ(doubles.first_not_finite(), 3);
    EXPECT_FALSE(std::isfinite(doubles[3]));
    NumberBlocks floats(2);
    add(floats, Floats{1.0F, static_cast<float>(bad)});
    EXPECT_EQ(floats.first_not_finite(), 1);
    EXPECT_FALSE(std::isfinite(floats[1]));
  }
}

}  // namespace
}  // namespace trawl
