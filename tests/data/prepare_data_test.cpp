#include "trawl/data/prepare_data.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "trawl/base/error.hpp"
#include "trawl/data/prepared_data.hpp"
#include "trawl/data/synthetic_digits.hpp"

namespace trawl {
namespace {

class PrepareDataTest : public testing::Test {
 protected:
  PrepareDataTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "trawl_test_XXXXXX").string();
    TRAWL_CHECK(mkdtemp(pattern.data()) != nullptr, "{}", pattern);
    folder_ = pattern;
    csv_.source = "csv";
    csv_.scaling = DataDefinition::Scaling::none;
  }
  ~PrepareDataTest() override {
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
  }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }
  DataSummary prepare(const DataDefinition& data, std::uint64_t seed = 7) const {
    return prepare_data(data, seed, path("prepared"));
  }
  void expect_error(const DataDefinition& data, const std::vector<std::string>& parts) const {
    try {
      prepare(data);
      ADD_FAILURE() << "no error was thrown";
    } catch (const DataError& error) {
      const std::string message = error.what();
      for (const std::string& part : parts) {
        EXPECT_NE(message.find(part), std::string::npos) << "'" << part << "' is missing in: " << message;
      }
    }
    EXPECT_FALSE(std::filesystem::exists(path("prepared")));
  }

  std::filesystem::path folder_;
  DataDefinition csv_;
};

// Ten rows of two classes, in turn.
const char* const kTable =
    "a,b,label\n0,5,0\n1,5,1\n2,5,0\n3,5,1\n4,5,0\n5,5,1\n6,5,0\n7,5,1\n8,5,0\n9,5,1\n";

std::vector<float> column(const SampleView& view, std::int64_t index) {
  std::vector<float> values;
  for (std::int64_t row = 0; row < view.rows; ++row)
    values.push_back(view.features[row * view.n_features + index]);
  return values;
}

TEST_F(PrepareDataTest, BuiltInDigitsNeedNoFiles) {
  DataDefinition data;
  data.train_rows = 100;
  data.test_rows = 30;
  const DataSummary summary = prepare(data);
  EXPECT_EQ(summary.train_rows, 80);
  EXPECT_EQ(summary.validation_rows, 20);
  EXPECT_EQ(summary.test_rows, 30);
  EXPECT_EQ(summary.n_features, 784);
  EXPECT_EQ(summary.n_classes, 10);
  const PreparedData prepared(path("prepared"));
  EXPECT_EQ(prepared.hash(), summary.hash);
  const std::vector<float> first(prepared.train().features, prepared.train().features + 80L * 784);
  EXPECT_GE(*std::min_element(first.begin(), first.end()), 0.0F);
  EXPECT_LE(*std::max_element(first.begin(), first.end()), 1.0F);
}

TEST_F(PrepareDataTest, TheSameDefinitionGivesTheSameHash) {
  DataDefinition data;
  data.train_rows = 100;
  const std::uint64_t hash = prepare(data).hash;
  EXPECT_EQ(prepare(data).hash, hash);
  EXPECT_EQ(prepare(data, 8).hash, hash) << "the study's seed decides the shuffled split alone";
  data.split = DataDefinition::Split::shuffled;
  EXPECT_NE(prepare(data, 7).hash, prepare(data, 8).hash);
  data.split = DataDefinition::Split::last;
  data.seed = 2;
  EXPECT_NE(prepare(data).hash, hash);
}

TEST_F(PrepareDataTest, HoldsBackTheLastRowsOfATable) {
  csv_.train.table = write("train.csv", kTable);
  const DataSummary summary = prepare(csv_);
  EXPECT_EQ(summary.n_classes, 2);
  EXPECT_EQ(summary.test_rows, 0);
  EXPECT_TRUE(summary.warnings.empty());
  EXPECT_EQ(column(PreparedData(path("prepared")).validation(), 0), (std::vector<float>{8, 9}));
}

TEST_F(PrepareDataTest, FitsTheScalingOnTheTrainingRowsAlone) {
  csv_.train.table = write("train.csv", kTable);
  csv_.test.table = write("test.csv", "a,b,label\n14,6,1\n");
  csv_.scaling = DataDefinition::Scaling::unit;
  prepare(csv_);
  const PreparedData unit(path("prepared"));
  EXPECT_EQ(column(unit.train(), 0).back(), 1.0F);
  EXPECT_EQ(column(unit.validation(), 0).front(), 8.0F / 7.0F);
  EXPECT_EQ(column(unit.test(), 0), std::vector<float>{2.0F});
  EXPECT_EQ(column(unit.test(), 1), std::vector<float>{0.0F}) << "constant while training";
  csv_.scaling = DataDefinition::Scaling::standard;
  prepare(csv_);
  // Of 0..7: mean 3.5, variance 5.25.
  EXPECT_FLOAT_EQ(column(PreparedData(path("prepared")).test(), 0)[0], 10.5F / std::sqrt(5.25F));
}

TEST_F(PrepareDataTest, ReadsIdxByDirectoryOrByNames) {
  const std::string images = {0, 0, 8, 2, 0, 0, 0, 5, 0, 0, 0, 1, '\0', 51, 102, '\x99', '\xFF'};
  const std::string labels = {0, 0, 8, 1, 0, 0, 0, 5, 0, 1, 0, 1, 0};
  DataDefinition data;
  data.source = "idx";
  data.train = {write("train-images-idx3-ubyte", images), write("train-labels-idx1-ubyte", labels)};
  data.validation_fraction = 0.4;
  const DataSummary by_name = prepare(data);
  EXPECT_EQ(column(PreparedData(path("prepared")).train(), 0), (std::vector<float>{0.0F, 0.2F, 0.4F}));
  data.train = {};
  data.directory = folder_.string();
  EXPECT_EQ(prepare(data).hash, by_name.hash);
}

TEST_F(PrepareDataTest, WarnsOfAClassThatIsMissingAfterTheSplit) {
  csv_.train.table = write("sorted.csv", "1.5,0\n2,0\n3,0\n4,1\n5,1\n6,2\n");
  csv_.label_column = "1";
  csv_.validation_fraction = 0.5;
  const DataSummary summary = prepare(csv_);
  EXPECT_EQ(summary.n_classes, 3);
  ASSERT_EQ(summary.warnings.size(), 2U);
  EXPECT_NE(summary.warnings[0].find("no training row of classes 1, 2"), std::string::npos)
      << summary.warnings[0];
  EXPECT_NE(summary.warnings[1].find("no validation row of class 0"), std::string::npos)
      << summary.warnings[1];
  EXPECT_NE(summary.warnings[0].find(path("sorted.csv")), std::string::npos);
}

TEST_F(PrepareDataTest, AdvisesNoShufflingOfWhatIsShuffled) {
  csv_.train.table = write("rare.csv", "1.5,0\n2,0\n3,0\n4,0\n5,1\n6,1\n7,1\n8,1\n9,2\n10,1\n");
  csv_.label_column = "1";
  csv_.split = DataDefinition::Split::shuffled;
  const DataSummary summary = prepare(csv_);
  ASSERT_EQ(summary.warnings.size(), 1U);
  EXPECT_NE(summary.warnings[0].find("row of class 2"), std::string::npos) << summary.warnings[0];
  EXPECT_EQ(summary.warnings[0].find("data.split"), std::string::npos) << summary.warnings[0];
  EXPECT_TRUE(summary.is_part_without_class);
}

/// A table of rows with these labels by turns, in a file of its own.
std::string labelled(const std::vector<int>& labels) {
  std::string text = "x,label\n";
  for (std::size_t i = 0; i < 60 * labels.size(); ++i) {
    text += fmt::format("{}.5,{}\n", i % 7, labels[i % labels.size()]);
  }
  return text;
}

TEST_F(PrepareDataTest, SaysOnceThatLabelsStartLateOrHaveGaps) {
  const std::vector<std::pair<std::vector<int>, std::string>> cases = {
      {{1, 2, 3}, "labels seem to start at 1: 4 outputs for 3 classes; subtract 1"},
      {{2, 3}, "labels seem to start at 2: 4 outputs for 2 classes; subtract 2"},
      {{0, 5, 10}, "labels 1 to 4, 6 to 9 occur nowhere: 11 outputs for 3 classes"},
      {{0, 2}, "label 1 occurs nowhere: 3 outputs for 2 classes"},
      {{1, 3}, "labels 0, 2 occur nowhere"},
      {{10, 20, 30, 40, 50, 60, 70, 80, 90, 100}, "71 to 79 and 18 more occur nowhere"},
  };
  for (const auto& [labels, words] : cases) {
    for (const auto split : {DataDefinition::Split::last, DataDefinition::Split::shuffled}) {
      csv_.train.table = write("labels.csv", labelled(labels));
      csv_.split = split;
      const DataSummary summary = prepare(csv_);
      ASSERT_EQ(summary.warnings.size(), 1U) << words << summary.warnings.back();
      EXPECT_NE(summary.warnings[0].find(words), std::string::npos) << summary.warnings[0];
      EXPECT_FALSE(summary.is_part_without_class);
    }
  }
}

TEST_F(PrepareDataTest, WarnsOfBytesThatUnitLeavesNothingOf) {
  DataDefinition data;
  data.source = "idx";
  data.validation_fraction = 0.4;
  const std::string labels = {0, 0, 8, 1, 0, 0, 0, 5, 0, 1, 0, 1, 0};
  const auto warnings_of = [&](char highest) {
    const std::string images = {0, 0, 8, 2, 0, 0, 0, 5, 0, 0, 0, 1, 0, 1, highest, 1, 0};
    data.train = {write("images", images), write("labels", labels)};
    return prepare(data).warnings;
  };
  ASSERT_EQ(warnings_of(1).size(), 1U);
  EXPECT_NE(warnings_of(1)[0].find("no byte is above 1"), std::string::npos) << warnings_of(1)[0];
  EXPECT_NE(warnings_of(1)[0].find("scaling: standard"), std::string::npos) << warnings_of(1)[0];
  EXPECT_EQ(warnings_of(16).size(), 1U);
  EXPECT_TRUE(warnings_of('\xFF').empty());
  data.scaling = DataDefinition::Scaling::standard;
  EXPECT_TRUE(warnings_of(1).empty());
}

TEST_F(PrepareDataTest, WarnsOfSmallBytesBesideLargerOnes) {
  DataDefinition data;
  data.source = "idx";
  data.validation_fraction = 0.4;
  data.train = {write("images", ""), write("labels", {0, 0, 8, 1, 0, 0, 0, 5, 0, 1, 0, 1, 0})};
  const auto warnings_of = [&](char columns, const std::string& row) {
    std::string images = {0, 0, 8, 2, 0, 0, 0, 5, 0, 0, 0, columns};
    const auto width = static_cast<std::size_t>(columns);
    for (int i = 0; i < 5; ++i) images += i % 2 == 0 ? row : std::string(width, 0);
    write("images", images);
    return prepare(data).warnings;
  };
  const std::vector<std::string> mixed = warnings_of(4, {1, 1, 89, 1});
  ASSERT_EQ(mixed.size(), 1U);
  EXPECT_NE(mixed[0].find("3 of 4 columns hold bytes up to 16 only"), std::string::npos) << mixed[0];
  EXPECT_NE(mixed[0].find("columns 0, 1, 3, from 0"), std::string::npos) << mixed[0];
  std::string image(64, '\xF0');
  image[0] = 3;  // a pixel at the edge
  image[7] = 0;
  EXPECT_TRUE(warnings_of(64, image).empty());
}

TEST_F(PrepareDataTest, TakesTheOffsetAwayBeforeItRounds) {
  std::string text = "t,label\n";
  for (int t = 0; t < 60; ++t) text += fmt::format("{},{}\n", 1'700'000'000 + t, t % 2);
  csv_.train.table = write("clock.csv", text);
  const DataSummary unscaled = prepare(csv_);
  ASSERT_EQ(unscaled.warnings.size(), 1U);
  EXPECT_NE(unscaled.warnings[0].find(path("clock.csv") + ": feature t: "), std::string::npos);
  csv_.scaling = DataDefinition::Scaling::unit;
  EXPECT_TRUE(prepare(csv_).warnings.empty());
  const std::vector<float> t = column(PreparedData(path("prepared")).train(), 0);
  EXPECT_EQ(t[1], 1.0F / 47.0F);
  EXPECT_EQ(t[47], 1.0F);
}

TEST_F(PrepareDataTest, RefusesWhatIsBeyondFloat32AfterTheScaling) {
  csv_.train.table = write("train.csv", "a,label\n1,0\n2,1\n1e300,0\n4,1\n5,0\n");
  expect_error(csv_, {path("train.csv"), "line 4", "feature a", "beyond float32", "scaling: standard"});
  csv_.scaling = DataDefinition::Scaling::standard;
  EXPECT_NO_THROW(prepare(csv_));
}

TEST_F(PrepareDataTest, RefusesTestRowsThatDoNotFit) {
  csv_.train.table = write("train.csv", kTable);
  csv_.test.table = write("test.csv", "a,label\n1,0\n");
  expect_error(csv_, {path("test.csv"), "1 features", "2 in " + path("train.csv")});
  write("test.csv", "a,c,label\n1,2,0\n");
  expect_error(csv_, {path("test.csv"), "'c'", "'b'", path("train.csv")});
  write("test.csv", "a,b,label\n1,2,0\n1,2,2\n");
  expect_error(csv_, {path("test.csv"), "line 3", "label 2"});
}

TEST_F(PrepareDataTest, RefusesDataNothingCanBeLearnedFrom) {
  csv_.train.table = write("train.csv", "a,label\n1,0\n2,0\n");
  expect_error(csv_, {path("train.csv"), "every label is 0", "one class"});
  write("train.csv", "a,label\n1,7\n2,7\n");
  expect_error(csv_, {path("train.csv"), "every label is 7", "one class"});
  write("train.csv", kTable);
  csv_.validation_fraction = 0.99;
  expect_error(csv_, {path("train.csv"), "0.99", "10 rows", "training"});
  csv_.train.table = path("nothing.csv");
  expect_error(csv_, {path("nothing.csv"), "No such file"});
}

// What a results file keeps of the scaling makes the network's inputs of the drawn pixels, bit for bit.
TEST_F(PrepareDataTest, SummaryHoldsTheScaling) {
  using Kind = DataDefinition::Scaling;
  DataDefinition digits;
  digits.source = "synthetic-digits";
  digits.train_rows = 40;
  const Table drawn = draw_train_digits(digits.train_rows, digits.seed);
  const auto& pixels = std::get<std::vector<std::uint8_t>>(drawn.features);
  for (const Kind kind : {Kind::none, Kind::unit, Kind::standard}) {
    digits.scaling = kind;
    const DataSummary summary = prepare(digits);
    const PreparedData prepared(path("prepared"));
    const SampleView train = prepared.train();
    const auto n = static_cast<std::size_t>(train.rows * train.n_features);
    ASSERT_EQ(summary.scaling.offset.size(), 784U);
    for (std::size_t i = 0; i < n; ++i) {  // the last rows are held back, so the first are trained on
      const double difference = static_cast<double>(pixels[i]) - summary.scaling.offset[i % 784];
      ASSERT_EQ(train.features[i], static_cast<float>(difference * summary.scaling.factor[i % 784])) << i;
    }
    EXPECT_TRUE(summary.feature_names.empty());
  }
  csv_.train.table = write("rows.csv", kTable);
  EXPECT_EQ(prepare(csv_).feature_names, (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace trawl
