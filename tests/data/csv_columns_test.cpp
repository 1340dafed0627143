#include "trawl/data/csv_columns.hpp"

#include "tests/data/temporary_folder.hpp"

namespace trawl {
namespace {

class CsvColumnsTest : public TemporaryFolderTest {
 protected:
  std::vector<CsvColumn> look(const std::string& text) const {
    return look_at_csv(write("table.csv", text), "");
  }
};

TEST_F(CsvColumnsTest, CountsWholeNumbersAndKeepsTheFirstWord) {
  const std::vector<CsvColumn> columns = look("a,b,c\n1,0.5,cat\n3,2,dog\n\n1,-1,cat\n7,8\n");
  ASSERT_EQ(columns.size(), 3U);
  EXPECT_EQ(columns[0].name, "a");
  EXPECT_TRUE(columns[0].is_whole);
  EXPECT_EQ(columns[0].n_values, 2) << "1 and 3; the short line does not count";
  EXPECT_FALSE(columns[1].is_whole);
  EXPECT_EQ(columns[2].words, (std::vector<std::string>{"cat", "dog"}));
  EXPECT_TRUE(columns[2].holds_words());
  EXPECT_FALSE(columns[2].is_whole);
}

TEST_F(CsvColumnsTest, KnowsHeadersFromRows) {
  EXPECT_EQ(look("1,2\n3,4\n")[0].name, "");
  EXPECT_EQ(look("1,2\n3,4\n")[0].n_values, 2);
  EXPECT_EQ(look("0,1,label\n3,4,0\n")[2].name, "label");
  EXPECT_EQ(look("0,1\n3,4\n")[1].name, "1");
  expect_parts(message_of<DataError>([&] { look(" \n\n"); }), {path("table.csv"), "no line with data"});
}

TEST_F(CsvColumnsTest, LabelsAreFoundByNameThenByPlace) {
  const std::string wholes = "0,1.5,2,0\n1,2.5,0,1\n2,3.5,1,0\n";
  EXPECT_EQ(likely_label(look("a,b,Target,c\n" + wholes)), 2U);
  EXPECT_EQ(likely_label(look("y,b,Label,c\n" + wholes)), 2U) << "label is surer than y";
  EXPECT_EQ(likely_label(look(wholes)), 3U);
  EXPECT_EQ(likely_label(look("x,y,z\n0.5,1.5,2\n1,2.5,0\n")), 2U) << "y is no column of labels";
  EXPECT_EQ(likely_label(look("0,1.5,7\n1,2.5,7\n")), 0U) << "the last column is constant";
  EXPECT_EQ(likely_label(look("0.5,1,2.5\n1.5,2,3.5\n")), std::nullopt);
}

}  // namespace
}  // namespace trawl
