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

TEST(ScalingTest, RowsAreScaledAsOneByOne) {
  Table table;
  table.rows = 3;
  table.columns = 2;
  table.features = std::vector<std::uint8_t>{0, 7, 128, 255, 3, 1};
  const std::vector<std::int64_t> rows = {2, 0};
  Scaling uneven = unit_scaling(all_rows(table));
  uneven.offset[1] = 1.0;
  for (const Scaling& scaling : {unit_scaling(all_rows(table)), no_scaling(2), uneven}) {
    Floats expected = scaled(scaling, table, 2);
    const Floats other = scaled(scaling, table, 0);
    expected.insert(expected.end(), other.begin(), other.end());
    Floats out(4);
    scaling.apply(table, rows, out.data());
    EXPECT_EQ(out, expected);
  }
}

using Doubles = std::vector<double>;

Table doubles(Doubles column) {
  Table table;
  table.columns = 1;
  table.rows = std::ssize(column);
  table.features = std::move(column);
  table.column_names = {"t"};
  return table;
}

Floats scaled_column(const Scaling& scaling, const Table& table) {
  Floats column;
  for (std::int64_t row = 0; row < table.rows; ++row) column.push_back(scaled(scaling, table, row)[0]);
  return column;
}

TEST(ScalingTest, DifferencesFarFromZeroStay) {
  for (const double far : {1.7e9, -1.7e9, 1.7e12, 1e15}) {
    const Table table = doubles({far, far + 1, far + 2, far + 4});
    const Selection rows = all_rows(table);
    EXPECT_EQ(scaled_column(unit_scaling(rows), table), (Floats{0, 0.25, 0.5, 1})) << far;
    const Floats standard = scaled_column(standard_scaling(rows), table);
    EXPECT_FLOAT_EQ(standard[0], -1.75F / std::sqrt(2.1875F)) << far;
    EXPECT_FLOAT_EQ(standard[3], 2.25F / std::sqrt(2.1875F)) << far;
    EXPECT_EQ(lost_differences(rows, unit_scaling(rows)), "") << far;
  }
}

TEST(ScalingTest, TheMeanOfManyValuesFarFromZeroIsAmongThem) {
  // Nanoseconds of a clock: the sum of them is known to a hundred million only.
  Doubles clock(100'000);
  for (std::size_t i = 0; i < clock.size(); ++i) clock[i] = 1.7e18 + 256.0 * static_cast<double>(i % 5000);
  const Table table = doubles(clock);
  const Floats column = scaled_column(standard_scaling(all_rows(table)), table);
  EXPECT_NEAR(column[0], -std::sqrt(3.0), 0.01);
  EXPECT_NEAR(column[4999], std::sqrt(3.0), 0.01);
}

TEST(ScalingTest, ValuesBeyondFloat32AreScaledIntoIt) {
  for (const double unit : {1e300, 1.7e308, 1e-200, 1e-300, 4e-308}) {
    const Table table = doubles({0, unit / 2, unit});
    const Selection rows = all_rows(table);
    EXPECT_EQ(scaled_column(unit_scaling(rows), table), (Floats{0, 0.5, 1})) << unit;
    const Floats standard = scaled_column(standard_scaling(rows), table);
    EXPECT_FLOAT_EQ(standard[0], -std::sqrt(1.5F)) << unit;
    EXPECT_NEAR(standard[1], 0.0, 1e-6) << unit;
    EXPECT_FLOAT_EQ(standard[2], std::sqrt(1.5F)) << unit;
  }
}

TEST(ScalingTest, SaysWhichTinyValuesAreLost) {
  const Table subnormal = doubles({0, 1e-320, 2e-320});
  for (const Scaling& scaling : {unit_scaling(all_rows(subnormal)), standard_scaling(all_rows(subnormal))}) {
    const std::string lost = lost_differences(all_rows(subnormal), scaling);
    EXPECT_NE(lost.find("feature t: values that differ by less than 1e-308"), std::string::npos) << lost;
  }
  const Table tiny = doubles({0, 1e-50, 2e-50});
  const std::string lost = lost_differences(all_rows(tiny), no_scaling(1));
  EXPECT_NE(lost.find("feature t: values below 1.2e-38"), std::string::npos) << lost;
  EXPECT_EQ(lost_differences(all_rows(tiny), unit_scaling(all_rows(tiny))), "");
  const Table equal = doubles({1e-320, 1e-320});
  EXPECT_EQ(lost_differences(all_rows(equal), unit_scaling(all_rows(equal))), "");
}

TEST(ScalingTest, SaysWhichDifferencesAreLost) {
  const Table clock = doubles({1.7e9, 1.7e9 + 1, 1.7e9 + 59});
  const std::string unscaled = lost_differences(all_rows(clock), no_scaling(1));
  EXPECT_NE(unscaled.find("feature t: "), std::string::npos) << unscaled;
  EXPECT_NE(unscaled.find("scaling: standard"), std::string::npos) << unscaled;
  const Table wide = doubles({1.7e18, 1.7e18 + 256, 1.7e18 + 512});
  const std::string beyond = lost_differences(all_rows(wide), unit_scaling(all_rows(wide)));
  EXPECT_NE(beyond.find("2^53"), std::string::npos) << beyond;
}

TEST(ScalingTest, SaysNothingWhereNothingIsLost) {
  const auto unscaled = [](const Table& table) { return lost_differences(all_rows(table), no_scaling(1)); };
  EXPECT_EQ(unscaled(doubles({0.1, 0.2, 0.3})), "");
  EXPECT_EQ(unscaled(doubles({0.1, 0.1})), "") << "constant";
  EXPECT_EQ(unscaled(doubles({16'777'214, 16'777'215})), "") << "whole numbers that a float holds";
  EXPECT_EQ(unscaled(doubles({1000.1, 1000.2})), "");
  EXPECT_EQ(unscaled(table_of(1, {1e9F, 1.1e9F})), "");
}

}  // namespace
}  // namespace trawl
