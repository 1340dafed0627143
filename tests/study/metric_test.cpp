#include "trawl/study/metric.hpp"

#include <cmath>
#include <stdexcept>
#include <utility>

#include <gtest/gtest.h>

#include "trawl/study/metric_values.hpp"

namespace trawl {
namespace {

const MetricTable& table() {
  static const MetricTable kTable({{"val_error", "1", "", Direction::minimize},
                                   {"energy", "kJ", "", {}},
                                   {"yield", "%", "", Direction::maximize}});
  return kTable;
}

TEST(MetricTable, KnowsPlacesAndDirectionsByName) {
  EXPECT_EQ(table().place_of("energy"), 1U);
  EXPECT_EQ(table().place_of("ener"), std::nullopt);
  EXPECT_EQ(table().direction_of("val_error"), Direction::minimize);
  EXPECT_EQ(table().direction_of("yield"), Direction::maximize);
  EXPECT_EQ(table().direction_of("energy"), std::nullopt);
  EXPECT_EQ(table().direction_of("none"), std::nullopt);
  EXPECT_EQ(table().names(), (std::vector<std::string>{"val_error", "energy", "yield"}));
  EXPECT_EQ(table().rankable_names(), (std::vector<std::string>{"val_error", "yield"}));
}

TEST(MetricTable, RefusesNamesThatAFileCouldNotHold) {
  for (const char* name : {"", "trial", "epoch", "seconds", "a/b", "."}) {
    EXPECT_THROW(MetricTable({{name, "1", "", {}}}), std::logic_error) << name;
  }
  EXPECT_THROW(MetricTable({{"a", "1", "", {}}, {"b", "1", "", {}}, {"a", "s", "", {}}}), std::logic_error);
}

TEST(MetricValues, AreKeptWhetherFewOrMany) {
  for (const std::size_t n : {0U, 1U, 7U, 8U, 100U}) {
    MetricValues values(n);
    for (const double value : values) EXPECT_TRUE(std::isnan(value));
    EXPECT_TRUE(same_values(values, MetricValues(n)));
    for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<double>(i) + 0.5;
    MetricValues copy = values;
    EXPECT_TRUE(same_values(copy, values)) << n;
    const MetricValues moved = std::move(copy);
    EXPECT_TRUE(same_values(moved, values)) << n;
    copy = MetricValues(3);
    copy = moved;
    EXPECT_TRUE(same_values(copy, values)) << n;
    EXPECT_TRUE(std::isnan(copy.at_or_nan(n)));
    EXPECT_FALSE(same_values(copy, MetricValues(n + 1)));
  }
}

}  // namespace
}  // namespace trawl
