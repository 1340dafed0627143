#include "trawl/data/hdf5.hpp"

#include <cmath>

#include "tests/data/temporary_folder.hpp"
#include "trawl/data/hdf5_names.hpp"
#include "trawl/h5/file.hpp"

namespace trawl {
namespace {

using Floats = std::vector<float>;
using Labels = std::vector<std::int32_t>;
using Wholes = std::vector<std::int64_t>;

class Hdf5Test : public TemporaryFolderTest {
 protected:
  /// data.h5 with x_train, of 2 x 3 floats, and y_train; then whatever `change` does to it.
  template <class Change>
  std::string write_file(const Change& change) const {
    h5::File file = h5::File::create(path("data.h5"));
    file.root().write_array("x_train", {2, 3}, Floats{1.0F, -2.0F, 0.5F, 4.0F, 5.0F, 6.0F});
    write_wholes(file.root(), "y_train", {1, 0});
    change(file.root());
    file.close();
    return path("data.h5");
  }
  [[nodiscard]] std::string write_file() const {
    return write_file([](h5::Group& /*root*/) {});
  }
  static void write_wholes(h5::Group& group, const std::string& name, const Wholes& values) {
    h5::Dataset column = group.create_column(name, h5::Type::of(h5::Element::int64), {});
    column.append<std::int64_t>(values);
    column.close();
  }
  template <class Change>
  std::string error_of(const Change& change) const {
    const std::string file = write_file(change);
    std::string message = message_of<DataError>([&] { read_hdf5(file, "x_train", "y_train"); });
    expect_parts(message, {file});
    return message;
  }
};

TEST_F(Hdf5Test, ReadsFeaturesAndLabels) {
  const Table table = read_hdf5(write_file(), "x_train", "y_train");
  EXPECT_EQ(table.rows, 2);
  EXPECT_EQ(table.columns, 3);
  EXPECT_EQ(std::get<Floats>(table.features), (Floats{1.0F, -2.0F, 0.5F, 4.0F, 5.0F, 6.0F}));
  EXPECT_EQ(table.labels, (Labels{1, 0}));
  EXPECT_EQ(place_of_label(table, 1), path("data.h5") + ", data set y_train, row 1 (0-based)");
}

TEST_F(Hdf5Test, FlattensImagesAndReadsFloatLabelsOfAColumn) {
  const std::string file = write_file([](h5::Group& root) {
    h5::Group group = root.create_group("more");
    group.write_array("images", {2, 2, 2, 1}, Floats{1, 2, 3, 4, 5, 6, 7, 8});
    group.write_array("labels", {2, 1}, Floats{7, 3});
  });
  const Table table = read_hdf5(file, "more/images", "more/labels");
  EXPECT_EQ(table.columns, 4);
  EXPECT_EQ(std::get<Floats>(table.features)[5], 6.0F);
  EXPECT_EQ(table.labels, (Labels{7, 3}));
}

TEST_F(Hdf5Test, ReadsWhatMatlabStoresTransposed) {
  const std::string file = write_file([](h5::Group& root) {
    h5::Group matlab = root.create_group("matlab");
    matlab.write_array("x", {3, 2}, Floats{1, 2, 3, 4, 5, 6});
    matlab.write_array("y", {1, 2}, Floats{0, 1});
  });
  const Table turned = read_hdf5(file, "matlab/x", "matlab/y");
  EXPECT_EQ(std::get<Floats>(turned.features), (Floats{1, 3, 5, 2, 4, 6}));
  EXPECT_EQ(turned.labels, (Labels{0, 1}));
}

TEST_F(Hdf5Test, FindsCustomaryNames) {
  EXPECT_EQ(find_hdf5_datasets(write_file()).train_features, "x_train");
  EXPECT_EQ(find_hdf5_datasets(write_file()).test_features, "");
  const Hdf5Datasets found = find_hdf5_datasets(write_file([](h5::Group& root) {
    root.remove("x_train");
    for (const char* part : {"train", "test"}) {
      h5::Group group = root.create_group(part);
      write_wholes(group, "features", {1});
      write_wholes(group, "labels", {1});
    }
  }));
  EXPECT_EQ(found.train_labels, "train/labels");
  EXPECT_EQ(found.test_features, "test/features");
}

TEST_F(Hdf5Test, SaysWhichDataSetsThereAre) {
  const std::string file = write_file([](h5::Group& root) {
    root.remove("y_train");
    write_wholes(root, "targets", {1, 0});
  });
  expect_parts(message_of<DataError>([&] { find_hdf5_datasets(file); }),
               {file, "it has targets, x_train", "train_features"});
  expect_parts(message_of<DataError>([&] { read_hdf5(file, "x_train", "y_train"); }),
               {file, "no data set y_train", "it has targets, x_train"});
  const std::string half = write_file([](h5::Group& root) { write_wholes(root, "x_test", {1}); });
  expect_parts(message_of<DataError>([&] { find_hdf5_datasets(half); }), {"x_test, but no y_test"});
}

TEST_F(Hdf5Test, RefusesShapesAndTypes) {
  expect_parts(error_of([](h5::Group& root) {
                 root.write_array("y_train", {2, 3}, Floats{0, 1, 0, 1, 0, 0});
               }),
               {"y_train", "[2, 3]", "argmax(axis=1)"});
  expect_parts(error_of([](h5::Group& root) {
                 root.write_array("y_train", {2, 3}, Floats{0, 1, 2, 1, 0, 0});
               }),
               {"y_train", "[2, 3]", "one whole number a row"});
  expect_parts(error_of([](h5::Group& root) { root.write_array("x_train", {2}, Floats(2)); }),
               {"x_train", "[2]", "swapped"});
  expect_parts(error_of([](h5::Group& root) {
                 root.write_array("x_train", {0, 3}, {});
               }),
               {"x_train", "[0, 3]", "no values"});
  expect_parts(error_of([](h5::Group& root) {
                 root.write_array("x_train", {3, 4}, Floats(12));
               }),
               {"x_train", "3 rows, but 2 labels in y_train"});
  expect_parts(error_of([](h5::Group& root) {
                 root.remove("y_train");
                 root.create_text("y_train", "cat").close();
               }),
               {"y_train", "type text"});
}

TEST_F(Hdf5Test, RefusesAShapeThatNoMemoryHolds) {
  h5::ColumnLayout layout;
  layout.rows = std::int64_t{1} << 50;
  expect_parts(error_of([&](h5::Group& root) {
                 root.remove("y_train");
                 root.create_column("y_train", h5::Type::of(h5::Element::int64), layout).close();
               }),
               {"y_train", "[1125899906842624]", "memory"});
}

TEST_F(Hdf5Test, RefusesValuesThatNothingCanBeDoneWith) {
  const auto with_feature = [](float value) {
    return [value](h5::Group& root) { root.write_array("x_train", {2, 3}, Floats{1, 2, 3, 4, value, 6}); };
  };
  expect_parts(error_of(with_feature(std::nanf(""))), {"x_train", "row 1, feature 1", "nan"});
  expect_parts(error_of(with_feature(HUGE_VALF)), {"x_train", "row 1, feature 1", "inf"});
  for (const float label : {-1.0F, 1.5F, 1000.0F, std::nanf("")}) {
    expect_parts(error_of([&](h5::Group& root) {
                   root.write_array("y_train", {2, 1}, Floats{0, label});
                 }),
                 {"y_train", "row 1", "no label"});
  }
  expect_parts(error_of([](h5::Group& root) {
                 root.remove("y_train");
                 write_wholes(root, "y_train", {-3, 0});
               }),
               {"y_train", "row 0", "-3 is no label"});
}

TEST_F(Hdf5Test, RefusesOtherFiles) {
  expect_parts(message_of<DataError>([&] { read_hdf5(path("none.h5"), "x", "y"); }), {"none.h5"});
  expect_parts(message_of<DataError>([&] { read_hdf5(write("t.h5", "a,b\n1,2\n"), "x", "y"); }),
               {"t.h5", "no HDF5 file", "source: csv"});
  const std::string file = write_file();
  write("cut.h5", read("data.h5").substr(0, 1000));
  expect_parts(message_of<DataError>([&] { read_hdf5(path("cut.h5"), "x_train", "y_train"); }), {"cut.h5"});
}

}  // namespace
}  // namespace trawl
