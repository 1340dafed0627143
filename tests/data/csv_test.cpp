#include "trawl/data/csv.hpp"

#include "tests/data/temporary_folder.hpp"
#include "trawl/data/csv_cells.hpp"
#include "trawl/data/input_file.hpp"

namespace trawl {
namespace {

using Doubles = std::vector<double>;
using Labels = std::vector<std::int32_t>;
using Names = std::vector<std::string>;

class CsvTest : public TemporaryFolderTest {
 protected:
  Table table_of(const std::string& text, const std::string& label_column) const {
    return read_csv(write("table.csv", text), label_column);
  }
  std::string error_of(const std::string& text, const std::string& label_column) const {
    std::string message = message_of<DataError>([&] { table_of(text, label_column); });
    expect_parts(message, {path("table.csv")});
    return message;
  }
};

TEST_F(CsvTest, FindsTheLabelByTheHeadersName) {
  const Table table = table_of("width,class,height\n1.5,2,-3e2\n.25,0,+4\n", "class");
  EXPECT_EQ(table.rows, 2);
  EXPECT_EQ(table.columns, 2);
  EXPECT_EQ(std::get<Doubles>(table.features), (Doubles{1.5, -300.0, 0.25, 4.0}));
  EXPECT_EQ(table.labels, (Labels{2, 0}));
  EXPECT_EQ(table.column_names, (Names{"width", "height"}));
}

TEST_F(CsvTest, FindsTheLabelByNumberWithAndWithoutHeader) {
  const Table bare = table_of("1,5,0\n2,6,1\n", "2");
  EXPECT_EQ(bare.labels, (Labels{0, 1}));
  EXPECT_TRUE(bare.column_names.empty());
  const Table headed = table_of("a,b,c\n1,5,0\n2,6,1\n", "0");
  EXPECT_EQ(headed.labels, (Labels{1, 2}));
  EXPECT_EQ(headed.rows, 2);
}

TEST_F(CsvTest, TakesAHeaderOfNumbersAndOneName) {
  // As pandas writes a frame whose columns were never named.
  EXPECT_EQ(table_of("0,1,label\n5,6,1\n", "label").labels, Labels{1});
  expect_parts(error_of("0,1,label\n5,6,1\n", "2"), {"line 1", "'label'", "set label_column to a name"});
}

TEST_F(CsvTest, TakesAHeaderThatCountsTheColumns) {
  // As pandas writes an array that was made a frame.
  const Table table = table_of("0,1,2\n5,6,1\n7,8,0\n", "2");
  EXPECT_EQ(table.labels, (Labels{1, 0}));
  EXPECT_EQ(table.column_names, (Names{"0", "1"}));
  EXPECT_EQ(table_of("0,1,0\n5,6,1\n", "2").rows, 2);
  EXPECT_EQ(table_of("0.0,1.0,2.0\n5,6,1\n", "2").rows, 2) << "values, not names";
}

TEST_F(CsvTest, ReadsWhatSpreadsheetsWrite) {
  const Table table = table_of("\xEF\xBB\xBF\"a\", \"label\"\r\n \"1\" , 0\r\n\r\n2,1\r\n", "label");
  EXPECT_EQ(std::get<Doubles>(table.features), (Doubles{1.0, 2.0}));
  EXPECT_EQ(table.labels, (Labels{0, 1}));
  EXPECT_EQ(table.lines, (std::vector<std::int64_t>{2, 4}));
}

TEST_F(CsvTest, ReadsTheLastLineWithoutANewlineAndGzip) {
  EXPECT_EQ(table_of("1,0\n2,1", "1").rows, 2);
  EXPECT_EQ(read_csv(write_gzip("packed", "1,0\n2,1\n"), "1").rows, 2);
}

TEST_F(CsvTest, ReadsTablesLargerThanOneReadOfTheFile) {
  std::string text = "x,label\n";
  for (int i = 0; i < 100'000; ++i) text += fmt::format("{}.5,{}\n", i, i % 3);
  const Table table = table_of(text, "label");
  ASSERT_EQ(table.rows, 100'000);
  EXPECT_EQ(std::get<Doubles>(table.features)[77'777], 77'777.5);
  EXPECT_EQ(table.labels[77'777], 77'777 % 3);
  EXPECT_EQ(table.lines.back(), 100'001);
}

TEST_F(CsvTest, ReadsNumbersBelowTheSmallestAsZero) {
  const std::string zeros = "0." + std::string(400, '0') + "1";
  const Table table = table_of("1e-400,-1e-400,1e-5000," + zeros + ",1e-320,1e-46,0\n", "6");
  EXPECT_EQ(std::get<Doubles>(table.features), (Doubles{0, 0, 0, 0, 1e-320, 1e-46}));
}

TEST_F(CsvTest, KeepsTheDigitsThatAFloatDoesNot) {
  const Table table = table_of("1700000030,1700000031,0.1,1e300,0\n", "4");
  EXPECT_EQ(std::get<Doubles>(table.features), (Doubles{1700000030, 1700000031, 0.1, 1e300}));
}

TEST_F(CsvTest, NamesLineAndColumnOfABadCell) {
  expect_parts(error_of("a,b,label\n1,2,0\n1,x7,0\n", "label"), {"line 3", "column b", "'x7'", "no number"});
  expect_parts(error_of("1,2,0\n1,nan,0\n", "2"), {"line 2", "column 1 (0-based)", "'nan'", "finite"});
  expect_parts(error_of("1,2,0\n-inf,2,0\n", "2"), {"line 2", "column 0 (0-based)", "'-inf'", "finite"});
  expect_parts(error_of("1,2,0\n1,1e309,0\n", "2"), {"line 2", "'1e309'", "finite"});
  expect_parts(error_of("a,b,label\n1,,0\n", "label"), {"line 2", "column b", "empty"});
}

TEST_F(CsvTest, TakesNoBadFirstRowForAHeader) {
  expect_parts(error_of("1,oops,0\n1,2,1\n", "2"), {"line 1", "column 1 (0-based)", "'oops'"});
  expect_parts(error_of("1.5,2.5,\n1,2,1\n", "2"), {"line 1", "column 2 (0-based)", "empty"});
  expect_parts(error_of("1.5,2.5,?\n1,2,1\n", "2"), {"line 1", "column 2 (0-based)", "'?'"});
}

TEST_F(CsvTest, RefusesRaggedRows) {
  expect_parts(error_of("1,2,0\n1,2\n", "2"), {"line 2", "2 columns", "has 3"});
  expect_parts(error_of("1,2,0\n1,2,0,\n", "2"), {"line 2", "4 columns"});
}

TEST_F(CsvTest, RefusesLabelsThatAreNone) {
  for (const std::string label : {"-1", "0.5", "1000", "1e9"}) {
    expect_parts(error_of("x,label\n1,0\n1," + label + "\n", "label"),
                 {"line 3", "column label", "'" + label + "'"});
  }
  EXPECT_EQ(table_of("x,label\n1,999\n", "label").labels, Labels{999});
}

TEST_F(CsvTest, SaysWhichLabelColumnsThereAre) {
  expect_parts(error_of("a,b,klass\n1,2,0\n", "label"), {"'label'", "a, b, klass"});
  expect_parts(error_of("1,2,0\n", "label"), {"no header", "'label'", "the last column is 2"});
  expect_parts(error_of("1,2,0\n", "3"), {"no column 3", "0 to 2"});
  expect_parts(error_of("label,b,label\n1,2,0\n", "label"), {"more than one", "'label'"});
}

TEST_F(CsvTest, RefusesFilesThatAreNoTable) {
  expect_parts(error_of("", "label"), {"empty"});
  expect_parts(error_of("\n\n", "label"), {"no line"});
  expect_parts(error_of("a,label\n", "label"), {"header", "no rows"});
  expect_parts(error_of("a;label\n1;0\n", "0"), {"one column", "commas"});
  expect_parts(error_of(idx_bytes({1, 2}, "ab"), "label"), {"no text file", "idx"});
}

TEST_F(CsvTest, RefusesLinesThatNoTableHas) {
  const std::string commas(kMaxColumns, ',');
  expect_parts(error_of(commas + "\n", "0"), {"line 1", "more than 1000000 columns"});
  const std::string endless = write_gzip("endless.csv", std::string(kMaxLineBytes + (1U << 20), '1'));
  expect_parts(message_of<DataError>([&] { read_csv(endless, "0"); }),
               {endless, "line 1", "longer than 64 MB"});
}

TEST_F(CsvTest, RefusesMoreRowsThanThereIsMemoryFor) {
  const std::uint64_t wild = std::uint64_t{1} << 60;
  expect_parts(message_of<DataError>([&] { require_memory("f.csv", wild); }),
               {"f.csv", "1073741824 GB", "this machine has"});
  EXPECT_NO_THROW(require_memory("f.csv", 1U << 20));
}

TEST_F(CsvTest, MessagesAreUtf8) { expect_parts(error_of("caf\xE9,b\n1,2\n", "label"), {"caf?, b"}); }

}  // namespace
}  // namespace trawl
