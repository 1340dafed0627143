#include "trawl/data/scaling.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace trawl {
namespace {

using Floats = std::vector<float>;

Table table_of(std::int64_t columns, Floats features) {
  Table table;
  table.columns = columns;
  table.rows = static_cast<std::int64_t>(features.size()) / columns;
  table.features = std::move(features);
  return table;
}

Floats scaled(const Scaling& scaling, const Table& table, std::int64_t row) {
  Floats out(static_cast<std::size_t>(table.columns));
  scaling.apply(table, row, out.data());
  return out;
}

TEST(ScalingTest, UnitMapsTheTrainingRangeOfATableToZeroAndOne) {
  const Table table = table_of(2, {10, -1, 30, 3, 20, 1, 50, 0});
  const Scaling scaling = unit_scaling({&table, {0, 1, 2}});
  EXPECT_EQ(scaled(scaling, table, 0), (Floats{0.0F, 0.0F}));
  EXPECT_EQ(scaled(scaling, table, 1), (Floats{1.0F, 1.0F}));
  EXPECT_EQ(scaled(scaling, table, 2), (Floats{0.5F, 0.5F}));
  // Row 3 is not trained on, so it did not move the scale.
  EXPECT_EQ(scaled(scaling, table, 3), (Floats{2.0F, 0.25F}));
}

TEST(ScalingTest, UnitDividesBytesBy255WhateverTheyHold) {
  Table table;
  table.rows = 1;
  table.columns = 256;
  std::vector<std::uint8_t> bytes(256);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
  table.features = bytes;
  const Floats out = scaled(unit_scaling(all_rows(table)), table, 0);
  for (std::size_t i = 0; i < out.size(); ++i) {
    EXPECT_EQ(out[i], static_cast<float>(i) / 255.0F) << i;  // to the last bit, as numpy has it
  }
}

TEST(ScalingTest, StandardGivesZeroMeanAndUnitVariance) {
  const Table table = table_of(1, {2, 4, 4, 4, 5, 5, 7, 9, 100});
  const Scaling scaling = standard_scaling({&table, {0, 1, 2, 3, 4, 5, 6, 7}});  // mean 5, deviation 2
  EXPECT_EQ(scaled(scaling, table, 0), Floats{-1.5F});
  EXPECT_EQ(scaled(scaling, table, 7), Floats{2.0F});
  EXPECT_EQ(scaled(scaling, table, 8), Floats{47.5F});
}

TEST(ScalingTest, AConstantColumnMapsToZero) {
  // The mean of three times 0.1F is not exactly 0.1F.
  const Table table = table_of(1, {0.1F, 0.1F, 0.1F, 7.0F});
  const Selection train = {&table, {0, 1, 2}};
  for (const Scaling& scaling : {unit_scaling(train), standard_scaling(train)}) {
    for (std::int64_t row = 0; row < 4; ++row) EXPECT_EQ(scaled(scaling, table, row), Floats{0.0F});
  }
}

TEST(ScalingTest, NoneKeepsEveryValue) {
  const Table table = table_of(2, {1.25F, -3e30F});
  EXPECT_EQ(scaled(no_scaling(2), table, 0), (Floats{1.25F, -3e30F}));
}

}  // namespace
}  // namespace trawl
