#include "trawl/data/csv_header.hpp"

#include <gtest/gtest.h>

namespace trawl {
namespace {

std::string judged(std::string_view head) {
  const FirstRecord first = judge_first_record(head);
  return (first.is_header ? "header" : "row") + std::string(first.is_sure ? "" : "?");
}

TEST(CsvHeaderTest, WordsAreAHeader) {
  EXPECT_EQ(judged("a,b,label\n1,2,0\n"), "header");
  EXPECT_EQ(judged(",b,label\n1,2,0\n"), "header");
  EXPECT_EQ(judged("a,b,label"), "header");
}

TEST(CsvHeaderTest, NumbersThatCountTheColumnsAreAHeader) {
  EXPECT_EQ(judged("0,1,2\n5.5,6,1\n"), "header");
  EXPECT_EQ(judged("1,2,3\n-0.53,-0.79,0\n"), "header");
  EXPECT_EQ(judged("1,2,3,4,5,6\n5,1,7,2,2,0\n"), "header");
  EXPECT_EQ(judged("1,2,3\n5,6,1\n"), "header?") << "whole numbers, so it may be a row";
  EXPECT_EQ(judged("0,1\n3,4\n"), "header?");
  EXPECT_EQ(judged("1,2\n3,4\n"), "row?");
  EXPECT_EQ(judged("1,2,3\n2,3,4\n"), "row?") << "the second row counts, too";
  EXPECT_EQ(judged("0.0,1.0,2.0\n5,6,1\n"), "row?");
  EXPECT_EQ(judged("1.0,2.0,3.0,4.0\n5,6,1,0\n"), "row?");
  EXPECT_EQ(judged("3,0,1,2\n1,0.5,0.25,7\n"), "row?") << "the label's name is first";
  EXPECT_EQ(judged("-1,0,1,3\n0.5,0.25,7,1\n"), "row?") << "the label's name is last";
  EXPECT_EQ(judged("3,0,1,2\n1,5,2,7\n"), "row");
}

TEST(CsvHeaderTest, NumbersInEqualStepsAreAHeaderAboveOthers) {
  EXPECT_EQ(judged("2019,2020,2021\n0.5,12,0\n"), "header?");
  EXPECT_EQ(judged("400,402,404,406,408,410\n0.1,0.2,0.3,0.1,0.2,1\n"), "header");
  EXPECT_EQ(judged("2,4,6\n1,7,3\n"), "row");
  EXPECT_EQ(judged("5,5,5\n1,7,3\n"), "row");
  EXPECT_EQ(judged("1,5,0\n2,6,1\n"), "row");
  EXPECT_EQ(judged("1,0\n2,1\n"), "row");
}

TEST(CsvHeaderTest, QuotedNumbersAboveBareOnesAreAHeader) {
  EXPECT_EQ(judged("\"10\",\"7\",\"3\"\n1,2,0\n"), "header");
  EXPECT_EQ(judged("\"\",\"10\",\"7\"\n1,2,0\n"), "header");
  EXPECT_EQ(judged("\"10\",\"7\",\"3\"\n\"1\",\"2\",\"0\"\n"), "row");
}

TEST(CsvHeaderTest, NumbersBehindAnEmptyCellAreAHeader) {
  EXPECT_EQ(judged(",0,1,2\n0,5.1,3.5,1\n"), "header");
  EXPECT_EQ(judged(",1,2,3\n0,5,3,1\n"), "header");
  EXPECT_EQ(judged(",2019,2020,2021\n0,5.1,3.5,1\n"), "header");
  EXPECT_EQ(judged(",5.1,3.5,1\n4,5,2,0\n"), "row") << "a cell is missing";
  EXPECT_EQ(judged(",0,1,2\n,5.1,3.5,1\n"), "row");
  EXPECT_EQ(judged(",0,1,2,label\n0,5.1,3.5,1.5,1\n"), "header");
  EXPECT_EQ(judged(",0,1,2,kind\n0,5.1,3.5,1.5,1\n"), "header");
  EXPECT_EQ(judged(",5.1,3.5,oops\n4,5,2,0\n"), "row");
}

TEST(CsvHeaderTest, NumbersAmongWordsAreAHeaderAboveNumbers) {
  EXPECT_EQ(judged("0,1,2,label\n5,6,7,1\n"), "header");
  EXPECT_EQ(judged("2019,2020,2021,label\n5,6,7,1\n"), "header");
  EXPECT_EQ(judged("2019,2020,Class\n5,6,1\n"), "header") << "labels are called so";
  EXPECT_EQ(judged("Bern,1,5,0\nRome,2,6,1\n"), "row");
  EXPECT_EQ(judged("1,oops,0\n1,2,1\n"), "row");
  EXPECT_EQ(judged("1.5,2.5,?\n1,2,1\n"), "row");
}

}  // namespace
}  // namespace trawl
