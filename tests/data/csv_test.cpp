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
    return read_csv(write("table.csv", text), {label_column});
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
  EXPECT_EQ(table_of("0,1,label\n5,6,1\n", "2").labels, Labels{1});
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

TEST_F(CsvTest, ReadsQuotesAsTheStandardHasThem) {
  const Table table =
      table_of("\"5\"\" inch\",\"a, b\",\"two\nlines\",label\n\"1\",2,\"3\",0\n4,5,6,1\n", "label");
  EXPECT_EQ(table.column_names, (Names{"5\" inch", "a, b", "two\nlines"}));
  EXPECT_EQ(std::get<Doubles>(table.features).size(), 6U);
}

TEST_F(CsvTest, RefusesAQuoteThatIsNeverClosed) {
  expect_parts(error_of("a,\"b,label\n1,2,0\n", "label"), {"line 1", "quote", "never closed"});
  expect_parts(error_of("a,b,label\n1,2,0\n\"3,4,1\n5,6,0\n", "label"), {"line 3", "never closed"});
}

TEST_F(CsvTest, ReadsTheLastLineWithoutANewlineAndGzip) {
  EXPECT_EQ(table_of("1,0\n2,1", "1").rows, 2);
  EXPECT_EQ(read_csv(write_gzip("packed", "1,0\n2,1\n"), {"1"}).rows, 2);
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
  expect_parts(error_of("a\n1\n", "0"), {"one column", "commas"});
  expect_parts(error_of(idx_bytes({1, 2}, "ab"), "label"), {"no text file", "idx"});
}

TEST_F(CsvTest, RefusesLinesThatNoTableHas) {
  const std::string commas(kMaxColumns, ',');
  expect_parts(error_of(commas + "\n", "0"), {"line 1", "more than 1000000 columns"});
  const std::string endless = write_gzip("endless.csv", std::string(kMaxLineBytes + (1U << 20), '1'));
  expect_parts(message_of<DataError>([&] { read_csv(endless, {"0"}); }),
               {endless, "line 1", "longer than 64 MB"});
}

TEST_F(CsvTest, RefusesMoreRowsThanThereIsMemoryFor) {
  const std::uint64_t wild = std::uint64_t{1} << 60;
  expect_parts(message_of<DataError>([&] { require_memory("f.csv", wild); }),
               {"f.csv", "1073741824 GB", "this machine has"});
  EXPECT_NO_THROW(require_memory("f.csv", 1U << 20));
}

TEST_F(CsvTest, NamesTheSeparatorThatIsNone) {
  expect_parts(
      error_of("a;b;label\n0,12;-0,5;1\n0,3;0,25;0\n", "label"),
      {"separated by ';', with decimal commas", "sep=\";\", decimal=\",\")", "to_csv(new, index=False)"});
  expect_parts(error_of("0,12;-0,5;1\n0,3;0,25;0\n", "2"),
               {"';'", "decimal=\",\", header=None", "header=False"});
  expect_parts(error_of("a;label\n1;0\n", "0"), {"separated by ';', where commas", "sep=\";\")"});
  expect_parts(error_of("a\tb\tlabel\n1.5\t2\t0\n", "label"), {"separated by tabs", "sep=\"\\t\")"});
  expect_parts(error_of("a|label\n1.5|0\n2|1\n", "label"), {"separated by '|'"});
  expect_parts(error_of("1.5  2.5 0\n1 2 1\n", "2"), {"separated by blanks", "sep=r\"\\s+\", header=None"});
  expect_parts(error_of("sep=;\na;label\n1;0\n", "label"), {"sep=;", "Excel"});
  EXPECT_EQ(table_of("a;x,b|y,label\n1,2,0\n", "label").column_names, (Names{"a;x", "b|y"}));
}

TEST_F(CsvTest, NamesLineEndsThatAreNone) {
  expect_parts(error_of("a,label\r1,0\r2,1\r", "label"), {"old Macs", "tr '\\r' '\\n'"});
}

TEST_F(CsvTest, NamesColumnsOfWordsAsColumns) {
  expect_parts(error_of("a,species\n1,cat\n2,dog\n3,cat\n", "species"),
               {"column species holds words in every row ('cat', 'dog', ...)",
                "df[\"species\"].astype(\"category\")", "label_column (init: --label)"});
  expect_parts(error_of("city,b,street name,label\nBern,1,x,0\nRome,2,y,1\nOslo,3,z,1\n", "label"),
               {"columns city ('Bern', 'Rome', 'Oslo'), street name ('x', 'y', 'z') hold words",
                "pd.get_dummies(df, columns=[\"city\", ...]", "data.exclude: [city, \"street name\"]"});
  expect_parts(error_of("Bern,1,0\nRome,2,1\n", "2"),
               {"column 0 (0-based) ('Bern', 'Rome') holds words", "data.exclude: [0]"});
  expect_parts(error_of("a,k\nx,yes\ny,no\n", "k"), {"column k holds", "; column a"});
  expect_parts(error_of("\"0,5\",b,label\n\"0,12\",1,0\n\"1,5\",2,1\n", "label"),
               {"decimal commas", "decimal=\",\""});
  const std::string few = error_of("a,label\n1,0\n?,0\n3,1\n?,1\n5,0\n", "label");
  expect_parts(few, {"line 3", "column a", "'?'", "2 cells of the features are no numbers"});
}

TEST_F(CsvTest, LeavesOutExcludedColumns) {
  const auto without = [&](const std::string& text, const Names& columns) {
    return read_csv(write("table.csv", text), {"label", columns});
  };
  const std::string text = "id,city,x,label\n7,Bern,1.5,0\n8,,2.5,1\n";
  for (const Names& columns : {Names{"city", "id"}, Names{"0", "1"}, Names{"1", "id"}}) {
    const Table table = without(text, columns);
    EXPECT_EQ(table.column_names, Names{"x"});
    EXPECT_EQ(std::get<Doubles>(table.features), (Doubles{1.5, 2.5}));
  }
  const auto error = [&](const Names& columns) {
    return message_of<DataError>([&] { without(text, columns); });
  };
  expect_parts(error({"town"}), {"no column is named 'town'", "data.exclude", "id, city, x, label"});
  expect_parts(error({"7"}), {"no column 7", "data.exclude to 0 to 3"});
  expect_parts(error({"label"}), {"data.exclude names label, the column of the labels"});
  expect_parts(error({"id", "city", "x"}), {"no column for a feature"});
  const CsvChoice of_test_rows{"label", {"id", "city", "rank"}, true};
  EXPECT_EQ(read_csv(path("table.csv"), of_test_rows).column_names, Names{"x"});
}

TEST_F(CsvTest, WarnsOfColumnsThatNumberTheRows) {
  const auto table_with = [&](const std::string& name, const std::vector<int>& values) {
    std::string text = name + ",x,label\n";
    for (const int value : values) text += fmt::format("{},0.5,{}\n", value, value % 2);
    return table_of(text, "label");
  };
  for (const std::string name : {"", "Unnamed: 0", "id", "row", "PassengerId", "INDEX", "row_number"}) {
    const Table table = table_with(name, {0, 1, 2, 3, 4, 5});
    ASSERT_EQ(table.warnings.size(), 1U) << name;
    expect_parts(table.warnings[0], {path("table.csv"), "counts the rows", "data.exclude: ["});
    EXPECT_EQ(table.index_columns, Names{name.empty() ? "0" : name});
  }
  EXPECT_EQ(table_with("id", {10, 20, 30, 40, 50}).index_columns, Names{"id"});
  EXPECT_EQ(table_with("id", {6, 5, 4, 3, 2, 1}).index_columns, Names{"id"});
  const Table other = table_with("id", {3, 1, 4, 2, 7});
  expect_parts(other.warnings[0], {"another whole number in every row", "if it only names the rows"});
  EXPECT_TRUE(other.index_columns.empty()) << "it may be a feature";
  EXPECT_EQ(table_with("sample", {1, 2, 3, 4, 5}).index_columns, Names{"sample"});
  for (const std::string feature : {"humid", "solid", "uric_acid", "Number", "COVID", "rowing"}) {
    EXPECT_TRUE(table_with(feature, {2, 4, 6, 8, 10}).warnings.empty()) << feature;
    EXPECT_TRUE(table_with(feature, {3, 1, 4, 2, 7}).warnings.empty()) << feature;
  }
  EXPECT_TRUE(table_with("id", {3, 1, 4, 1, 5}).warnings.empty()) << "twice the same";
  EXPECT_TRUE(table_with("width", {0, 1, 2, 3, 4, 5}).warnings.empty());
  EXPECT_EQ(table_with("nr", {5, 4, 3, 2, 1}).index_columns, Names{"nr"});
  EXPECT_TRUE(table_with("nr", {15, 14, 13, 12, 11}).warnings.empty());
  EXPECT_EQ(table_of("0,7,1\n1,5,0\n2,3,0\n3,3,1\n4,4,1\n", "2").index_columns, Names{"0"});
  EXPECT_TRUE(table_of("0.5,7,1\n1.5,5,0\n2.5,3,0\n3.5,3,1\n4.5,4,1\n", "2").warnings.empty());
}

TEST_F(CsvTest, WarnsOfAnyColumnThatCountsManyRows) {
  const auto table_with = [&](const std::string& header, int first, int step) {
    std::string text = header;
    for (int i = 0; i < 30; ++i) text += fmt::format("0.5,{},{}\n", first + step * i, i % 2);
    return table_of(text, "2");
  };
  for (const auto& [first, step] : {std::pair(0, 1), std::pair(1, 1), std::pair(29, -1), std::pair(30, -1)}) {
    for (const std::string header : {"", "x,Zeile,label\n"}) {
      const Table table = table_with(header, first, step);
      ASSERT_EQ(table.warnings.size(), 1U) << header << first;
      expect_parts(table.warnings[0], {"counts the rows", "if it is no feature", "data.exclude: ["});
      EXPECT_TRUE(table.index_columns.empty()) << "it may be the time";
    }
  }
  EXPECT_TRUE(table_with("x,day,label\n", 5, 1).warnings.empty());
  EXPECT_TRUE(table_with("x,day,label\n", 0, 2).warnings.empty());
}

TEST_F(CsvTest, WarnsOfAFirstRowWhoseLabelOccursNowhereElse) {
  const std::string rows = "0.5,0.25,7,1\n0.5,0.75,2,0\n1.5,0.25,3,1\n2,1,1,0\n";
  const Table table = table_of("400.5,401.5,402.5,3\n" + rows, "3");
  ASSERT_EQ(table.warnings.size(), 1U);
  expect_parts(table.warnings[0], {"line 1", "taken for a row", "no other has its label 3", "header"});
  EXPECT_TRUE(table_of("400.5,401.5,402.5,1\n" + rows, "3").warnings.empty()) << "others have its label";
  EXPECT_TRUE(table_of("400.5,401.5,403.5,3\n" + rows, "3").warnings.empty()) << "other steps";
}

TEST_F(CsvTest, TellsNumbersWithMarksFromNamesOfRows) {
  std::string marked = "share,label\n";
  std::string named = "name,label\n";
  for (int i = 0; i < 30; ++i) {
    marked += fmt::format("{}%,{}\n", i, i % 2);
    named += fmt::format("plant {},{}\n", i, i % 2);
  }
  expect_parts(error_of(marked, "label"),
               {"share ('0%', '1%', '2%', ...): numbers with marks", "astype(float)"});
  expect_parts(error_of(named, "label"), {"differ in most of the rows", "data.exclude: [name]"});
}

TEST_F(CsvTest, NamesACommentAboveTheTable) {
  expect_parts(error_of("# measured in May\n1,2,0\n3,4,1\n", "2"), {"# measured in May", "leave it out"});
  EXPECT_EQ(table_of("#a,b,label\n1,2,0\n3,4,1\n", "label").rows, 2);
  expect_parts(error_of("a:b:label\n1:2:0\n3:4:1\n", "label"), {"separated by ':'", "sep=\":\""});
}

TEST_F(CsvTest, SaysWhatANumberThatIsANameMeans) {
  const Table table = table_of("1,2,3\n0.5,1,0\n0.25,0,1\n", "2");
  EXPECT_EQ(table.labels, (Labels{0, 1}));
  ASSERT_EQ(table.warnings.size(), 1U);
  expect_parts(table.warnings[0], {"label_column 2", "0-based", "named '3'", "named '2'"});
}

TEST_F(CsvTest, MessagesAreUtf8) { expect_parts(error_of("caf\xE9,b\n1,2\n", "label"), {"caf?, b"}); }

}  // namespace
}  // namespace trawl
