#include "trawl/data/split.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "trawl/base/error.hpp"

namespace trawl {
namespace {

using Rows = std::vector<std::int64_t>;

Table table_of(std::int64_t rows) {
  Table table;
  table.rows = rows;
  table.origin = "some.csv";
  return table;
}

TEST(SplitTest, LastHoldsBackTheLastRowsAsKerasDoes) {
  const Table table = table_of(5);
  const Split split = split_last(table, 0.5);  // int(5 * 0.5) = 2 rows are trained on
  EXPECT_EQ(split.train.rows, (Rows{0, 1}));
  EXPECT_EQ(split.validation.rows, (Rows{2, 3, 4}));
  const Table mnist = table_of(60'000);
  EXPECT_EQ(split_last(mnist, 0.2).train.size(), 48'000);
}

TEST(SplitTest, ShuffledUsesEveryRowOnceInTheTablesOrder) {
  const Table table = table_of(100);
  const Split split = split_shuffled(table, 0.25, 7);
  EXPECT_EQ(split.train.size(), 75);
  EXPECT_TRUE(std::is_sorted(split.train.rows.begin(), split.train.rows.end()));
  EXPECT_TRUE(std::is_sorted(split.validation.rows.begin(), split.validation.rows.end()));
  Rows all = split.train.rows;
  all.insert(all.end(), split.validation.rows.begin(), split.validation.rows.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, all_rows(table).rows);
}

TEST(SplitTest, ShuffledDependsOnTheSeedAlone) {
  const Table table = table_of(100);
  EXPECT_EQ(split_shuffled(table, 0.2, 7).validation.rows, split_shuffled(table, 0.2, 7).validation.rows);
  EXPECT_NE(split_shuffled(table, 0.2, 7).validation.rows, split_shuffled(table, 0.2, 8).validation.rows);
}

TEST(SplitTest, RefusesAPartWithoutRows) {
  const Table table = table_of(3);
  EXPECT_THROW(split_last(table, 0.0), DataError);
  EXPECT_THROW(split_last(table, 0.9), DataError);
  EXPECT_THROW(split_shuffled(table, 1.0, 1), DataError);
  EXPECT_NO_THROW(split_last(table, 0.1));
}

}  // namespace
}  // namespace trawl
