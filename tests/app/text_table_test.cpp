#include "trawl/app/text_table.hpp"

#include <gtest/gtest.h>

namespace trawl {
namespace {

const TextTable kTable = {{"trial", "optimizer", "objective"}, {"3", "adam", "0.98"}, {"12", "sgd", ""}};

TEST(TextTable, AlignsNumbersRightAndWordsLeft) {
  EXPECT_EQ(as_aligned(kTable),
            "trial  optimizer  objective\n"
            "    3  adam            0.98\n"
            "   12  sgd\n");
}

TEST(TextTable, CsvQuotesWhatNeedsIt) {
  EXPECT_EQ(as_csv({{"hidden", "error"}, {"[128, 64]", "said \"no\""}, {"[8]", ""}}),
            "hidden,error\n\"[128, 64]\",\"said \"\"no\"\"\"\n[8],\n");
}

TEST(TextTable, SpreadsheetsRunNoCellOfCsv) {
  EXPECT_EQ(as_csv({{"=x", "b"}, {"=1+1", "+a"}, {"-cmd|' /C calc'!A0", "@SUM(1,2)"}, {"\ta", "\ra"}}),
            "'=x,b\n'=1+1,'+a\n'-cmd|' /C calc'!A0,\"'@SUM(1,2)\"\n'\ta,\"'\ra\"\n");
  for (const char* number : {"-1", "-0.5", "+3e5", "-inf", "", "a=b", "'a", "'"})
    EXPECT_EQ(csv_cell(number), number);
  EXPECT_EQ(csv_cell("'=1"), "''=1") << "what takes one apostrophe off has the text again";
  EXPECT_EQ(csv_cell("'-1"), "''-1");
}

TEST(TextTable, ControlCharactersAreEscapes) {
  EXPECT_EQ(as_aligned({{"a\x1B"}, {"b\nc"}}), "a\\x1b\nb\\nc\n");
  EXPECT_EQ(as_json({{"a"}, {"\x1B\x7F\u009B\u202E\xFFµ"}}),
            "[\n  {\"a\": \"\\u001b\\u007f\\u009b\\u202e\\ufffdµ\"}\n]\n");
}

TEST(TextTable, JsonKeepsTypesAndMakesNullOfNothing) {
  EXPECT_EQ(as_json({{"a", "b", "c", "d"}, {"1e-05", "true", "nan", "x\ny"}, {"0x10", "", "-1", "\""}}),
            "[\n"
            "  {\"a\": 1e-05, \"b\": true, \"c\": null, \"d\": \"x\\u000ay\"},\n"
            "  {\"a\": \"0x10\", \"b\": null, \"c\": -1, \"d\": \"\\\"\"}\n"
            "]\n");
}

TEST(TextTable, JsonTakesForNumbersOnlyWhatItsGrammarDoes) {
  for (const char* text : {"007", "-.5", "-07", "1.e5", "1.", "+1", "00", "-", "1e", "."}) {
    EXPECT_EQ(as_json({{"a"}, {text}}), "[\n  {\"a\": \"" + std::string(text) + "\"}\n]\n");
  }
  for (const char* text : {"0", "-0.5", "10", "1.25e+05", "-0", "1e-7", "0e0"}) {
    EXPECT_EQ(as_json({{"a"}, {text}}), "[\n  {\"a\": " + std::string(text) + "}\n]\n");
  }
}

TEST(TextTable, WithoutRowsThereIsStillAHeader) {
  EXPECT_EQ(as_aligned({{"trial"}}), "trial\n");
  EXPECT_EQ(as_json({{"trial"}}), "[\n]\n");
}

}  // namespace
}  // namespace trawl
