#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "trawl/h5/array.hpp"
#include "trawl/h5/chunk.hpp"
#include "trawl/h5/file.hpp"

namespace trawl::h5 {
namespace {

std::string scratch(const std::string& name) {
  return std::filesystem::temp_directory_path() / fmt::format("trawl-h5-{}-{}.h5", getpid(), name);
}

class H5 : public ::testing::Test {
 protected:
  ~H5() override { std::filesystem::remove(path_); }
  std::string path_ = scratch(::testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(H5, ColumnsComeBackAsTheyWereWritten) {
  {
    File file = File::create(path_);
    Group group = file.root().create_group("g");
    Dataset real =
        group.create_column("real", Type::of(Element::float64), {4, false, 1024, false, std::nan("")});
    real.write<double>(1, std::vector<double>{1.5, -0.0});
    real.close();
    Dataset whole = group.create_column("whole", Type::of(Element::int64), {0, true, 2, true, {}});
    whole.append<std::int64_t>(std::vector<std::int64_t>{1, 2, 3});
    whole.append<std::int64_t>(std::vector<std::int64_t>{INT64_MIN});
    whole.close();
    Dataset state =
        group.create_column("state", Type::enumeration8({"off", "on"}), {3, false, 1024, false, {}});
    state.write<std::int8_t>(2, std::vector<std::int8_t>{1});
    state.close();
    Dataset seed = group.create_column("seed", Type::of(Element::uint64), {1, false, 1024, false, {}});
    seed.write<std::uint64_t>(0, std::vector<std::uint64_t>{UINT64_MAX});
    seed.close();
    group.close();
    file.close();
  }
  const File file = File::open_to_read(path_);
  const Group group = file.root().group("g");
  const auto real = group.dataset("real").read<double>();
  EXPECT_TRUE(std::isnan(real[0]) && std::isnan(real[3]));
  EXPECT_EQ(real[1], 1.5);
  EXPECT_TRUE(std::signbit(real[2]));
  EXPECT_EQ(group.dataset("whole").read<std::int64_t>(), (std::vector<std::int64_t>{1, 2, 3, INT64_MIN}));
  EXPECT_EQ(group.dataset("state").read<std::int8_t>(), (std::vector<std::int8_t>{0, 0, 1}));
  EXPECT_EQ(group.dataset("state").enumeration_names(), (std::vector<std::string>{"off", "on"}));
  EXPECT_EQ(group.dataset("seed").read<std::uint64_t>().front(), UINT64_MAX);
  EXPECT_EQ(group.dataset("seed").element(), Element::uint64);
  EXPECT_EQ(group.names(), (std::vector<std::string>{"real", "seed", "state", "whole"}));
}

TEST_F(H5, TextsAreUtf8AndFixedOnesAreCutBetweenCharacters) {
  {
    File file = File::create(path_);
    Dataset text = file.root().create_column("text", Type::text(), {3, false, 16, false, {}});
    text.write_text(1, std::vector<std::string>{"größe"});
    text.close();
    Dataset fixed = file.root().create_column("fixed", Type::fixed_text(4), {4, false, 16, false, {}});
    fixed.write_text(0, std::vector<std::string>{"abcdef", "größe", "", "ab"});
    fixed.close();
    file.root().create_text("job", "study: µ\n").close();
    file.close();
  }
  const File file = File::open_to_read(path_);
  EXPECT_EQ(file.root().dataset("text").read_text(), (std::vector<std::string>{"", "größe", ""}));
  EXPECT_EQ(file.root().dataset("fixed").read_text(), (std::vector<std::string>{"abcd", "grö", "", "ab"}));
  EXPECT_EQ(file.root().text("job"), "study: µ\n");
}

TEST_F(H5, AttributesAndArraysCanBeReplaced) {
  File file = File::create(path_);
  Group& root = file.root();
  root.set_attribute("a", std::int64_t{1});
  root.set_attribute("a", "now a text");
  root.set_attribute("flag", true);
  root.set_attribute("choices", std::vector<std::string>{"x", "y"});
  EXPECT_EQ(root.text_attribute("a"), "now a text");
  EXPECT_TRUE(root.flag_attribute("flag"));
  EXPECT_FALSE(root.has_attribute("b"));
  root.write_array("w", {2, 2}, std::vector<float>{1, 2, 3, 4});
  root.write_array("w", {2, 2}, std::vector<float>{5, 6, 7, 8});
  EXPECT_EQ(root.array("w").values, (std::vector<float>{5, 6, 7, 8}));
  root.write_array("w", {3}, std::vector<float>{1, 2, 3});
  EXPECT_EQ(root.array("w").shape, std::vector<std::int64_t>{3});
  root.write_array("empty", {0, 10}, {});
  EXPECT_EQ(root.array("empty").shape, (std::vector<std::int64_t>{0, 10}));
  file.close();
}

TEST_F(H5, RowsOfAnArrayAreReadAsTheTypeThatIsAskedFor) {
  File file = File::create(path_);
  file.root().write_array("x", {3, 2, 1}, std::vector<float>{1, 2, 3, 4, 5, 6});
  const Dataset array = file.root().dataset("x");
  EXPECT_EQ(describe(array).block_rows, 3) << "of its only chunk";
  std::vector<double> last(4);
  read_array(array, std::span<double>(last), 1);
  EXPECT_EQ(last, (std::vector<double>{3, 4, 5, 6}));
  std::vector<std::int32_t> first(2);
  read_array(array, std::span<std::int32_t>(first));
  EXPECT_EQ(first, (std::vector<std::int32_t>{1, 2}));
  EXPECT_THROW(read_array(array, std::span<double>(last), 2), Hdf5Error) << "beyond its end";
}

TEST_F(H5, WhatIsNotOneValueIsRefusedWhereOneIsAskedFor) {
  File file = File::create(path_);
  Group& root = file.root();
  root.set_attribute("texts", std::vector<std::string>{"x", "y"});
  EXPECT_THROW(static_cast<void>(root.text_attribute("texts")), Hdf5Error);
  EXPECT_THROW(static_cast<void>(root.whole_attribute("texts")), Hdf5Error);
  file.close();
}

TEST_F(H5, RowsThatTheFileIsTooSmallForAreAnError) {
  File file = File::create(path_);
  Dataset column = file.root().create_column("c", Type::of(Element::int64), {0, true, 1024, false, {}});
  column.append<std::int64_t>(std::vector<std::int64_t>{1, 2, 3});
  EXPECT_EQ(column.stored_rows(), 3);
  column.resize(100'000'000);
  EXPECT_EQ(column.rows(), 100'000'000);
  EXPECT_THROW(static_cast<void>(column.stored_rows()), Hdf5Error);
  column.close();
  file.close();
}

TEST_F(H5, ErrorsNameThePathAndTheReasonAndNothingElseIsPrinted) {
  std::ofstream(path_) << "text";
  ::testing::internal::CaptureStderr();
  const auto fail = [&] {
    try {
      File::open_to_read(path_);
      ADD_FAILURE() << "opened";
    } catch (const Hdf5Error& e) {
      const std::string text = e.what();
      EXPECT_NE(text.find(path_), std::string::npos) << text;
      EXPECT_NE(text.find("file signature not found"), std::string::npos) << text;
    }
  };
  fail();
  std::thread(fail).join();
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  EXPECT_FALSE(File::is_hdf5(path_));
  EXPECT_FALSE(File::is_hdf5(path_ + ".missing"));
}

TEST_F(H5, FileIsNotClosedWhileSomethingInItIsOpen) {
  File file = File::create(path_);
  Dataset open = file.root().create_column("c", Type::of(Element::int64), {1, false, 16, false, {}});
  EXPECT_THROW(file.close(), Hdf5Error);
}

TEST_F(H5, ChunksMadeElsewhereAreReadAsTheLibrarysOwn) {
  constexpr std::int64_t kChunkRows =
      1001;  // not all words of 16 bits are of one value; the last chunk is not full
  constexpr std::int64_t kRows = 2 * kChunkRows + 5;
  std::vector<double> values;
  for (std::int64_t i = 0; i < kRows; ++i) values.push_back(std::sin(static_cast<double>(i)));
  {
    File file = File::create(path_);
    Dataset column =
        file.root().create_column("c", Type::of(Element::float64), {kRows, false, kChunkRows, true, {}});
    std::vector<double> padded = values;
    padded.resize(3 * kChunkRows);
    for (std::int64_t first = 0; first < kRows; first += kChunkRows) {
      const auto* bytes = reinterpret_cast<const char*>(padded.data() + first);
      column.write_chunk(first, filtered_chunk({bytes, kChunkRows * sizeof(double)}, sizeof(double)));
    }
    column.close();
    file.close();
  }
  const File file = File::open_to_read(path_);
  EXPECT_EQ(file.root().dataset("c").read<double>(), values);  // the library compares the checksums
}

TEST_F(H5, AnyLengthOfAChunkHasTheLibrarysChecksum) {
  File file = File::create(path_);
  for (std::int64_t rows = 1; rows <= 40; ++rows) {
    const std::vector<std::int8_t> values(static_cast<std::size_t>(rows), static_cast<std::int8_t>(rows % 2));
    const std::string name = fmt::format("c{}", rows);
    Dataset column =
        file.root().create_column(name, Type::enumeration8({"off", "on"}), {rows, false, rows, true, {}});
    const auto* bytes = reinterpret_cast<const char*>(values.data());
    column.write_chunk(0, filtered_chunk({bytes, values.size()}, 1));
    column.close();
    EXPECT_EQ(file.root().dataset(name).read<std::int8_t>(), values);
  }
}

TEST_F(H5, FlippedByteIsAnErrorNotAValue) {
  {
    File file = File::create(path_);
    Dataset column =
        file.root().create_column("c", Type::of(Element::int64), {10'000, false, 10'000, false, {}});
    column.write<std::int64_t>(0, std::vector<std::int64_t>(10'000, 7));
    column.close();
    file.close();
  }
  std::fstream bytes(path_, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekp(40'000);
  bytes.put('\x5a');
  bytes.close();
  const File file = File::open_to_read(path_);
  EXPECT_THROW(static_cast<void>(file.root().dataset("c").read<std::int64_t>()), Hdf5Error);
}

// The library cannot close a file that it cannot write. A limit on the length of files stands for a full
// disk.
[[noreturn]] void exit_after_failed_close(const std::string& path) {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit = {4'000, 4'000};
  setrlimit(RLIMIT_FSIZE, &limit);
  try {
    File file = File::create(path);
    Dataset column = file.root().create_column("c", Type::of(Element::int64), {0, true, 100, false, {}});
    column.append<std::int64_t>(std::vector<std::int64_t>(5'000, 7));
    column.close();
    file.close();
  } catch (const Hdf5Error&) {
    std::exit(4);
  }
  std::exit(0);
}

using H5DeathTest = H5;

TEST_F(H5DeathTest, ProcessThatCouldNotCloseAFileEndsAsItMeansTo) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(exit_after_failed_close(path_), ::testing::ExitedWithCode(4), "");
}

}  // namespace
}  // namespace trawl::h5
