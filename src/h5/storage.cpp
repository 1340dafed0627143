// Finds values that a data set promises and no file holds.
#include "trawl/h5/storage.hpp"

#include <filesystem>
#include <vector>

#include "native.hpp"
#include "trawl/h5/array.hpp"
#include "virtual_sources.hpp"

namespace trawl::h5 {
namespace {

namespace fs = std::filesystem;

Handle creation_properties(const Dataset& dataset) {
  return {H5Dget_create_plist(dataset.id()), H5Pclose, "read how " + dataset.path() + " is stored"};
}

H5D_layout_t layout_of(const Dataset& dataset) {
  const H5D_layout_t layout = H5Pget_layout(creation_properties(dataset).id());
  check(layout, "read how " + dataset.path() + " is stored");
  return layout;
}

int count_external(const Dataset& dataset) {
  const int n = H5Pget_external_count(creation_properties(dataset).id());
  check(n, "read the external files of " + dataset.path());
  return n;
}

std::uint64_t value_bytes(const Dataset& dataset) {
  const Handle type(H5Dget_type(dataset.id()), H5Tclose, "read the type of " + dataset.path());
  return static_cast<std::uint64_t>(dataset.rows()) * H5Tget_size(type.id());
}

/// Where the library looks for a raw file.
fs::path raw_file(const std::string& name) {
  const char* prefix = std::getenv("HDF5_EXTFILE_PREFIX");
  const bool has_prefix = prefix != nullptr && *prefix != '\0' && !fs::path(name).is_absolute();
  return has_prefix ? fs::path(prefix) / name : fs::path(name);
}

/// What lies in raw files outside, of which the library takes the end for 0 where they are too short.
std::string missing_raw_file(const Dataset& dataset) {
  const Handle properties = creation_properties(dataset);
  std::uint64_t to_come = value_bytes(dataset);
  const int n = count_external(dataset);
  for (int i = 0; i < n && to_come > 0; ++i) {
    char name[4096] = {};
    off_t offset = 0;
    hsize_t size = 0;
    check(H5Pget_external(properties.id(), static_cast<unsigned>(i), sizeof name - 1, name, &offset, &size),
          "read the external files of " + dataset.path());
    const std::uint64_t due = std::min<std::uint64_t>(size, to_come);
    std::error_code error;
    const std::uint64_t there = fs::file_size(raw_file(name), error);
    if (error) {
      return fmt::format(
          "lies in the raw file {}, which is not there: HDF5 looks in the current folder, or in "
          "HDF5_EXTFILE_PREFIX",
          name);
    }
    if (there < static_cast<std::uint64_t>(offset) + due) {
      return fmt::format("lies in the raw file {}, which is shorter than that: {} of {} bytes", name, there,
                         static_cast<std::uint64_t>(offset) + due);
    }
    to_come -= due;
  }
  return "";
}

std::int64_t count_chunks(const Dataset& dataset, const std::vector<std::int64_t>& shape) {
  std::vector<hsize_t> chunk(shape.size());
  check(H5Pget_chunk(creation_properties(dataset).id(), static_cast<int>(chunk.size()), chunk.data()),
        "read the chunks of " + dataset.path());
  std::int64_t n = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const auto length = static_cast<std::int64_t>(std::max<hsize_t>(chunk[i], 1));
    if (__builtin_mul_overflow(n, (shape[i] - 1) / length + 1, &n)) return 0;  // more than any file holds
  }
  return n;
}

/// What of a data set of its own storage was never written.
MissingValues missing_in_file(const Dataset& dataset, H5D_layout_t layout) {
  MissingValues missing;
  if (dataset.rows() == 0 || layout == H5D_COMPACT) return missing;
  if (H5Dget_storage_size(dataset.id()) == 0) {
    missing.source = "was never written: each of its values is only the fill value";
    return missing;
  }
  if (layout != H5D_CHUNKED) return missing;
  hsize_t n = 0;
  const Handle space(H5Dget_space(dataset.id()), H5Sclose, "read the shape of " + dataset.path());
  check(H5Dget_num_chunks(dataset.id(), space.id(), &n), "count the chunks of " + dataset.path());
  missing.chunks = count_chunks(dataset, describe(dataset).shape);
  missing.chunks_missing = std::max<std::int64_t>(missing.chunks - static_cast<std::int64_t>(n), 0);
  return missing;
}

}  // namespace

MissingValues missing_values_at(const Dataset& dataset, int depth) {
  const H5D_layout_t layout = layout_of(dataset);
  if (layout == H5D_VIRTUAL) return missing_of_virtual(dataset, depth);
  if (count_external(dataset) == 0) return missing_in_file(dataset, layout);
  MissingValues missing;
  missing.source = missing_raw_file(dataset);
  return missing;
}

MissingValues missing_values(const Dataset& dataset) { return missing_values_at(dataset, 0); }

}  // namespace trawl::h5
