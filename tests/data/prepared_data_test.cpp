#include "trawl/data/prepared_data.hpp"

#include <cstdint>
#include <cstring>
#include <utility>

#include "tests/data/temporary_folder.hpp"
#include "trawl/data/prepared_format.hpp"
#include "trawl/data/split.hpp"
#include "trawl/data/write_prepared.hpp"

namespace trawl {
namespace {

class PreparedDataTest : public TemporaryFolderTest {
 protected:
  PreparedDataTest() {
    table_.rows = 5;
    table_.columns = 3;
    table_.features = std::vector<float>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
    table_.labels = {0, 1, 2, 1, 0};
    table_.origin = table_.labels_origin = "some.csv";
    test_ = table_;
    test_.labels = {2, 2, 2, 2, 2};
    const Split split = split_last(table_, 0.4);
    content_ = {split.train, split.validation, all_rows(test_), no_scaling(3), 3};
  }

  Table table_;
  Table test_;
  PreparedContent content_;
};

std::vector<float> features_of(const SampleView& view) {
  return {view.features, view.features + view.rows * view.n_features};
}
std::vector<std::int32_t> labels_of(const SampleView& view) { return {view.labels, view.labels + view.rows}; }

TEST_F(PreparedDataTest, GivesBackEveryPartAsItWasScaled) {
  content_.scaling.factor = {1.0, 0.5, 2.0};
  content_.scaling.offset = {0.0, 1.0, 0.0};
  const std::uint64_t hash = write_prepared(path("p"), content_);
  const PreparedData data(path("p"));
  EXPECT_EQ(features_of(data.train()), (std::vector<float>{0, 0, 4, 3, 1.5, 10, 6, 3, 16}));
  EXPECT_EQ(features_of(data.validation()), (std::vector<float>{9, 4.5, 22, 12, 6, 28}));
  EXPECT_EQ(labels_of(data.train()), (std::vector<std::int32_t>{0, 1, 2}));
  EXPECT_EQ(labels_of(data.validation()), (std::vector<std::int32_t>{1, 0}));
  EXPECT_EQ(labels_of(data.test()), test_.labels);
  EXPECT_EQ(data.n_features(), 3);
  EXPECT_EQ(data.n_classes(), 3);
  EXPECT_EQ(data.hash(), hash);
}

TEST_F(PreparedDataTest, ArraysStartAtCacheLines) {
  write_prepared(path("p"), content_);
  const PreparedData data(path("p"));
  for (const SampleView& view : {data.train(), data.validation(), data.test()}) {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(view.features) % 64, 0U);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(view.labels) % 64, 0U);
  }
}

std::vector<float> without_zeros(const SampleView& view) {
  std::vector<float> features(static_cast<std::size_t>(view.rows * view.n_features));
  for (std::int64_t row = 0; row < view.rows; ++row) {
    for (const auto& [column, value] : view.nonzeros_of(row)) {
      EXPECT_NE(value, 0.0F);
      features[static_cast<std::size_t>(row * view.n_features + column)] = value;
    }
  }
  return features;
}

TEST_F(PreparedDataTest, HoldsTheNonzerosOfEveryPartWhereHalfOfTheTrainingFeaturesAreZero) {
  table_.features = std::vector<float>{0, 1, 0, 0, 0, 0, 2, 3, 4, 9, 10, 11, 12, 13, 14};
  const std::uint64_t hash = write_prepared(path("p"), content_);
  const PreparedData data(path("p"));
  EXPECT_EQ(data.hash(), hash);
  EXPECT_EQ(data.train().nonzeros_of(1).size(), 0U);
  EXPECT_EQ(data.train().nonzeros_of(2).size(), 3U);
  for (const SampleView& view : {data.train(), data.validation(), data.test()}) {
    ASSERT_TRUE(view.is_sparse());
    EXPECT_EQ(without_zeros(view), features_of(view));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(view.row_starts) % 64, 0U);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(view.nonzeros) % 64, 0U);
  }
}

TEST_F(PreparedDataTest, TheTrainingFeaturesAloneDecide) {
  table_.features = std::vector<float>{0, 1, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0};
  content_.test = {};
  write_prepared(path("p"), content_);
  EXPECT_FALSE(PreparedData(path("p")).train().is_sparse()) << "4 of 9";
  table_.features = std::vector<float>{0, 1, 0, 0, 0, 1, 2, 0, 4, 9, 10, 11, 12, 13, 14};
  write_prepared(path("p"), content_);
  EXPECT_TRUE(PreparedData(path("p")).train().is_sparse()) << "5 of 9";
  EXPECT_TRUE(PreparedData(path("p")).test().is_sparse()) << "none has no rows, not no form";
}

TEST_F(PreparedDataTest, OutlivesTheNameOfItsFileAndMoves) {
  content_.test = {};
  write_prepared(path("p"), content_);
  PreparedData first(path("p"));
  std::filesystem::remove(path("p"));
  PreparedData data = std::move(first);
  EXPECT_EQ(features_of(data.train()).size(), 9U);
  EXPECT_EQ(data.test().rows, 0);
}

TEST_F(PreparedDataTest, TheHashTellsContentsApart) {
  const std::uint64_t hash = write_prepared(path("p"), content_);
  EXPECT_EQ(write_prepared(path("again"), content_), hash);

  PreparedContent other = content_;
  other.n_classes = 4;
  EXPECT_NE(write_prepared(path("p"), other), hash);
  other = content_;
  std::swap(other.train, other.validation);
  EXPECT_NE(write_prepared(path("p"), other), hash);
  std::get<0>(table_.features)[4] += 1e-6F;
  EXPECT_NE(write_prepared(path("p"), content_), hash);
  std::get<0>(table_.features)[4] -= 1e-6F;
  table_.labels[4] = 1;
  EXPECT_NE(write_prepared(path("p"), content_), hash);
}

TEST_F(PreparedDataTest, LeavesOneFileAndReplacesAnOldOne) {
  write("p", "old");
  write_prepared(path("p"), content_);
  EXPECT_EQ(PreparedData(path("p")).n_classes(), 3);
  const auto files = std::filesystem::directory_iterator(path(""));
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST_F(PreparedDataTest, RefusesTruncatedForeignAndDamagedFiles) {
  write_prepared(path("p"), content_);
  const std::string whole = read("p");
  const auto error_of = [&](const std::string& bytes) {
    write("bad", bytes);
    return message_of<DataError>([&] { PreparedData{path("bad")}; });
  };
  expect_parts(error_of(whole.substr(0, whole.size() - 1)), {path("bad"), "bytes long"});
  expect_parts(error_of(whole.substr(0, 10)), {path("bad"), "too few"});
  expect_parts(error_of(std::string(4096, 'x')), {path("bad"), "not a file of prepared data"});
  for (std::size_t i = 16; i < 104; ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    expect_parts(error_of(damaged), {"header is damaged"});
  }
  expect_parts(message_of<DataError>([&] { PreparedData{path("nothing")}; }), {path("nothing")});
}

TEST_F(PreparedDataTest, RefusesAScaledValueThatIsNotFinite) {
  content_.scaling.factor[2] = 1e38;
  const std::string message = message_of<DataError>([&] { write_prepared(path("p"), content_); });
  expect_parts(message, {"some.csv, row 1", "feature 2"});
  EXPECT_FALSE(std::filesystem::exists(path("p")));
}

TEST_F(PreparedDataTest, SaysWhereItCannotWrite) {
  const std::string message = message_of<StoreError>([&] { write_prepared(path("no/p"), content_); });
  expect_parts(message, {path("no/p"), "create", "No such file"});
}

// A header with a checksum of its own, so only the numbers in it are wrong.
TEST_F(PreparedDataTest, RefusesCountsThatCannotBe) {
  write_prepared(path("p"), content_);
  std::string bytes = read("p");
  PreparedHeader sound;
  std::memcpy(&sound, bytes.data(), sizeof sound);
  const auto expect_refused = [&](auto change) {
    PreparedHeader header = sound;
    change(header);
    header.checksum = checksum_of(header);
    std::memcpy(bytes.data(), &header, sizeof header);
    write("bad", bytes);
    expect_parts(message_of<DataError>([&] { PreparedData{path("bad")}; }), {"header is damaged"});
  };
  constexpr std::int64_t kWild = std::int64_t{1} << 62;
  expect_refused([](PreparedHeader& h) { h.rows[0] = -1; });
  expect_refused([](PreparedHeader& h) { h.rows[1] = kWild; });
  expect_refused([](PreparedHeader& h) { h.n_features = kWild; });
  expect_refused([](PreparedHeader& h) { h.n_classes = kWild; });
  expect_refused([](PreparedHeader& h) { h.sparse = kWild; });
  expect_refused([](PreparedHeader& h) { h.sparse = 1, h.nonzeros[2] = kWild; });
}

}  // namespace
}  // namespace trawl
