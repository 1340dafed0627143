// Opens a data set of samples, or says why nobody could read it.
#include "hdf5_array.hpp"

#include <algorithm>

#include "trawl/base/guarded_process.hpp"
#include "trawl/base/host.hpp"
#include "trawl/base/text.hpp"
#include "trawl/data/file_kind.hpp"
#include "trawl/h5/link.hpp"
#include "trawl/h5/storage.hpp"

namespace trawl {
namespace {

using Kind = h5::ArrayDescription::Kind;

h5::Dataset open_dataset(const h5::Group& root, const std::string& path, const std::string& name) {
  const h5::Target target = h5::follow(root, name);
  switch (target.kind) {
    case h5::Target::Kind::dataset: return root.dataset(name);
    case h5::Target::Kind::dangling:
      throw DataError(fmt::format("{}, data set {}: {}, which is not there", path, name, target.link));
    case h5::Target::Kind::group:
      throw DataError(fmt::format("{}: there is no data set {}, but a group of that name; {}", path, name,
                                  list_hdf5_datasets(root)));
    default: break;
  }
  throw DataError(fmt::format("{}: there is no data set {}; {}", path, name, list_hdf5_datasets(root)));
}

constexpr const char* kNumbersOfNames =
    "; of names of classes store the numbers: np.unique(y, return_inverse=True)[1]";

bool is_text_of_matlab(const Hdf5Array& array) {
  try {
    return array.dataset.has_attribute("MATLAB_class") &&
           array.dataset.text_attribute("MATLAB_class") == "char";
  } catch (const h5::Hdf5Error&) {
    return false;  // no text, so nothing of MATLAB's
  }
}

void check_type(const Hdf5Array& array) {
  if (is_text_of_matlab(array)) {
    array.fail(
        "holds text (MATLAB_class char), not numbers; of names of classes store the numbers: "
        "grp2idx(y) - 1");
  }
  if (array.description.kind == Kind::other) {
    const bool is_text = array.description.type == "text";
    array.fail(fmt::format("holds values of type {}, not numbers{}", array.description.type,
                           is_text ? kNumbersOfNames : ""));
  }
  if (!array.description.missing_filter.empty()) {
    array.fail(
        fmt::format("is packed by '{}', which the HDF5 library does not have here; write it again by gzip",
                    array.description.missing_filter));
  }
}

void check_values(Hdf5Array& array, const h5::MissingValues& missing) {
  const bool is_file_missing = missing.source.find("not there") != std::string::npos;
  if (!missing.source.empty()) {
    array.fail(missing.source +
               (is_file_missing ? "; put it there, or write the data set again" : "; write it again"));
  }
  if (!missing.next_part.empty()) {
    array.next = fmt::format("; it is virtual, and its next part, {}, is not there", missing.next_part);
  }
  if (missing.chunks_missing == 0) return;
  array.warning = fmt::format("{}: {} of {} {} chunks were never written; HDF5 gives the fill value for them",
                              array.place, missing.chunks_missing,
                              missing.is_virtual ? "its sources'" : "its", missing.chunks);
}

/// Without a value it may be one whose files are not there, which says more.
void check_shape(Hdf5Array& array, const h5::MissingValues& missing) {
  if (array.description.is_null || array.dataset.has_attribute("MATLAB_empty")) array.fail("is empty");
  if (array.shape().empty()) array.fail("is a single value, where rows are expected");
  if (std::find(array.shape().begin(), array.shape().end(), 0) != array.shape().end())
    check_values(array, missing);
  checked_count(array, 1);
}

}  // namespace

void allow_reading(std::size_t bytes) {
  constexpr double kSeconds = 5.0;
  constexpr double kBytesPerSecond = 1e6;  // the slowest filters, the smallest chunks
  allow_cpu_seconds(kSeconds + static_cast<double>(bytes) / kBytesPerSecond);
}

Hdf5Array open_hdf5_array(const h5::Group& root, const std::string& path, const std::string& name) {
  allow_reading(0);
  Hdf5Array array{open_dataset(root, path, name), {}, fmt::format("{}, data set {}", path, name), "", ""};
  const h5::MissingValues missing =
      h5::missing_values(array.dataset);  // before the library settles its shape
  array.description = h5::describe(array.dataset);
  check_type(array);
  check_shape(array, missing);
  check_values(array, missing);
  return array;
}

std::size_t checked_count(const Hdf5Array& array, std::size_t value_bytes) {
  const std::uint64_t memory = memory_bytes();
  std::uint64_t n = 1;
  for (const std::int64_t extent : array.shape()) {
    if (extent == 0)
      array.fail(fmt::format("its shape is {}: it holds no values{}", array.shape_text(), array.next));
    if (n > memory / value_bytes / static_cast<std::uint64_t>(extent)) {
      array.fail(fmt::format("its shape is {}: that does not fit into this machine's {} MB of memory",
                             array.shape_text(), memory >> 20));
    }
    n *= static_cast<std::uint64_t>(extent);
  }
  return n;
}

std::string list_hdf5_datasets(const h5::Group& root) {
  constexpr std::size_t kShown = 12;
  constexpr std::size_t kLongest = 200;
  std::vector<std::string> paths = h5::list_datasets(root);
  if (paths.empty()) return "it has none";
  const std::size_t n = paths.size();
  paths.resize(std::min(n, kShown));
  for (std::string& path : paths) path = shown_text(path, kLongest);
  return fmt::format("it has {}{}", fmt::join(paths, ", "), n > kShown ? ", ..." : "");
}

void require_hdf5(const std::string& path) {
  const InputFile readable(path);  // throws if it is missing, unreadable, a folder or empty
  if (h5::File::is_hdf5(path)) return;
  refuse_foreign(path);
  throw DataError(
      fmt::format("{}: no HDF5 file; for a table of text use source: csv, for IDX files source: idx", path));
}

void fail_reading(const std::string& path, const std::string& reason) {
  const bool is_open = reason.find("already open for write") != std::string::npos;
  throw DataError(fmt::format("{}: {}", path,
                              is_open
                                  ? fmt::format("is being written, or its writer was killed; close it there, "
                                                "or mend it by `h5clear -s {}`",
                                                shell_path(path))
                                  : reason + "; fetch or write it again"));
}

}  // namespace trawl
