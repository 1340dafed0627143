#include "trawl/data/idx.hpp"

#include "tests/data/temporary_folder.hpp"
#include "trawl/data/idx_names.hpp"

namespace trawl {
namespace {

using Bytes = std::vector<std::uint8_t>;

class IdxTest : public TemporaryFolderTest {
 protected:
  // Three images of 2 x 2 pixels.
  const std::string images_ = idx_bytes({3, 2, 2}, {'\0', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, '\xFF'});
  const std::string labels_ = idx_bytes({3}, {'\0', 2, 1});

  [[nodiscard]] std::string error_of(const std::string& images, const std::string& labels) const {
    return message_of<DataError>([&] { read_idx(images, labels); });
  }
};

TEST_F(IdxTest, ReadsImagesRowByRowAndTheirLabels) {
  const Table table = read_idx(write("images", images_), write("labels", labels_));
  EXPECT_EQ(table.rows, 3);
  EXPECT_EQ(table.columns, 4);
  EXPECT_EQ(std::get<Bytes>(table.features), (Bytes{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255}));
  EXPECT_EQ(table.labels, (std::vector<std::int32_t>{0, 2, 1}));
  EXPECT_EQ(table.origin, path("images"));
}

TEST_F(IdxTest, TellsGzipByContentNotByName) {
  const Table table = read_idx(write_gzip("images", images_), write("labels.gz", labels_));
  EXPECT_EQ(std::get<Bytes>(table.features).back(), 255);
  EXPECT_EQ(table.labels.size(), 3U);
}

TEST_F(IdxTest, FindsTheCustomaryNamesWithAndWithoutGz) {
  write("train-images-idx3-ubyte.gz", "x");
  write("train-labels-idx1-ubyte", "x");
  IdxFiles files = find_idx_files(path(""));
  EXPECT_EQ(files.train_images, path("train-images-idx3-ubyte.gz"));
  EXPECT_EQ(files.train_labels, path("train-labels-idx1-ubyte"));
  EXPECT_EQ(files.test_images, "");
  write("t10k-images-idx3-ubyte", "x");
  expect_parts(message_of<DataError>([&] { find_idx_files(path("")); }),
               {path(""), "t10k-labels-idx1-ubyte"});
  write("t10k-labels-idx1-ubyte", "x");
  files = find_idx_files(path(""));
  EXPECT_EQ(files.test_labels, path("t10k-labels-idx1-ubyte"));
}

TEST_F(IdxTest, NamesTheFolderOrFileThatIsMissing) {
  expect_parts(message_of<DataError>([&] { find_idx_files(path("nowhere")); }),
               {path("nowhere"), "no such folder"});
  expect_parts(message_of<DataError>([&] { find_idx_files(path("")); }), {"train-images-idx3-ubyte"});
  expect_parts(error_of(path("nothing"), write("labels", labels_)), {path("nothing"), "No such file"});
  expect_parts(error_of(path(""), write("labels", labels_)), {"a folder"});
}

TEST_F(IdxTest, RefusesTruncatedAndDamagedGzip) {
  const std::string labels = write("labels", labels_);
  write_gzip("whole.gz", images_);
  const std::string packed = read("whole.gz");
  for (const std::size_t kept : {packed.size() - 1, packed.size() - 8, std::size_t{12}}) {
    expect_parts(error_of(write("cut.gz", packed.substr(0, kept)), labels), {path("cut.gz"), "cut short"});
  }
  std::string damaged = packed;
  damaged[packed.size() - 6] = static_cast<char>(damaged[packed.size() - 6] ^ 1);  // in the checksum
  expect_parts(error_of(write("bad.gz", damaged), labels), {path("bad.gz"), "damaged"});
}

TEST_F(IdxTest, RefusesOtherFiles) {
  const std::string labels = write("labels", labels_);
  expect_parts(error_of(write("a.csv", "1,2,3\n"), labels), {path("a.csv"), "no IDX file", "31 2c 32 2c"});
  expect_parts(error_of(write("empty", ""), labels), {path("empty"), "empty"});
  expect_parts(error_of(write("short", std::string(2, '\0')), labels), {path("short"), "ends within"});
  std::string floats = images_;
  floats[2] = '\x0D';
  expect_parts(error_of(write("floats", floats), labels), {path("floats"), "type 0x0d"});
}

TEST_F(IdxTest, SaysThatImagesAndLabelsAreSwapped) {
  const std::string images = write("images", images_);
  const std::string labels = write("labels", labels_);
  expect_parts(error_of(labels, images), {path("images"), "swapped"});
  expect_parts(error_of(labels, labels), {path("labels"), "holds labels", "swapped"});
}

TEST_F(IdxTest, RefusesCountsThatDisagree) {
  const std::string images = write("images", images_);
  expect_parts(error_of(images, write("two", idx_bytes({2}, {1, 1}))),
               {images, path("two"), "3 images", "2 labels"});
  expect_parts(error_of(images, write("none", idx_bytes({0}, ""))), {path("none"), "no rows"});
}

TEST_F(IdxTest, RefusesFilesShorterOrLongerThanTheirHeader) {
  const std::string labels = write("labels", labels_);
  expect_parts(error_of(write("short", images_.substr(0, images_.size() - 1)), labels),
               {"shorter", "11 of 12"});
  expect_parts(error_of(write("long", images_ + "x"), labels), {path("long"), "longer"});
}

TEST_F(IdxTest, AsksForNoMemoryOnTheWordOfADamagedHeader) {
  const std::string huge = write("huge", idx_bytes({0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}, "x"));
  expect_parts(error_of(huge, write("labels", labels_)), {huge, "shorter than its IDX header"});
}

TEST_F(IdxTest, AsksForNoMemoryOnTheWordOfAPackedFile) {
  const std::string claim = write_gzip("claim", idx_bytes({0xFFFFFFFF, 28, 28}, std::string(1U << 20, 'x')));
  expect_parts(error_of(claim, write("labels", labels_)), {claim, "shorter than its IDX header"});
}

TEST_F(IdxTest, KnowsSetsByTheirNames) {
  for (const char* name : {"train-images.idx3-ubyte", "train-labels.idx1-ubyte", "t10k-images.idx3-ubyte",
                           "t10k-labels.idx1-ubyte", "readme.txt"}) {
    write(name, "x");
  }
  EXPECT_EQ(find_idx_files(path("")).test_labels, path("t10k-labels.idx1-ubyte"));
  std::filesystem::create_directory(path("train-images-idx3-ubyte"));  // Kaggle's archive has such folders
  EXPECT_EQ(find_idx_files(path("")).train_images, path("train-images.idx3-ubyte"));
  write("train-images-idx3-ubyte.gz", "x");
  EXPECT_EQ(find_idx_files(path("")).train_images, path("train-images-idx3-ubyte.gz"));
}

TEST_F(IdxTest, ASetOfAnotherNameIsTheOneUnlessThereAreMore) {
  for (const char* name :
       {"emnist-letters-train-images-idx3-ubyte.gz", "emnist-letters-train-labels-idx1-ubyte",
        "emnist-letters-test-images-idx3-ubyte"}) {
    write(name, "x");
  }
  expect_parts(message_of<DataError>([&] { find_idx_files(path("")); }),
               {path(""), "emnist-letters-test-labels-idx1-ubyte"});
  write("emnist-letters-test-labels-idx1-ubyte", "x");
  EXPECT_EQ(find_idx_files(path("")).test_images, path("emnist-letters-test-images-idx3-ubyte"));
  write("emnist-digits-train-images-idx3-ubyte", "x");
  expect_parts(message_of<DataError>([&] { find_idx_files(path("")); }),
               {path(""), "emnist-digits-*, emnist-letters-*", "data.train: {images: FILE"});
  EXPECT_EQ(idx_prefix("emnist-letters-test-labels-idx1-ubyte.gz"), "emnist-letters-");
  EXPECT_EQ(idx_prefix("latest-test-labels-idx1-ubyte"), "latest-");
  EXPECT_EQ(idx_prefix("picture.ubyte"), std::nullopt);
}

}  // namespace
}  // namespace trawl
