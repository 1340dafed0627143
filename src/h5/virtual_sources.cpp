// Finds the missing parts of data sets that lie in other files.
#include "virtual_sources.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "native.hpp"
#include "trawl/h5/array.hpp"
#include "trawl/h5/link.hpp"

namespace trawl::h5 {
namespace {

namespace fs = std::filesystem;
using Extents = std::vector<std::int64_t>;

constexpr int kMostVirtual = 16;            // a data set may name itself as its source
constexpr std::int64_t kLongestGap = 1000;  // of numbered parts

std::string text_of(hid_t properties, std::size_t i, ssize_t (*get)(hid_t, std::size_t, char*, std::size_t),
                    const std::string& action) {
  const ssize_t n = get(properties, i, nullptr, 0);
  check(n, action);
  std::string text(static_cast<std::size_t>(n) + 1, '\0');
  check(get(properties, i, text.data(), text.size()), action);
  text.pop_back();
  return text;
}

std::string file_of(const Dataset& dataset) {
  const std::string action = "read the file name of " + dataset.path();
  const ssize_t n = H5Fget_name(dataset.id(), nullptr, 0);
  check(n, action);
  std::string name(static_cast<std::size_t>(n) + 1, '\0');
  check(H5Fget_name(dataset.id(), name.data(), name.size()), action);
  name.pop_back();
  return name;
}

/// Where the library looks for a source, in its order.
std::vector<fs::path> places_of(const std::string& source, const fs::path& file) {
  std::vector<fs::path> places;
  fs::path name(source);
  if (name.is_absolute()) {
    places.push_back(name);
    name = name.filename();
  }
  const char* prefixes = std::getenv("HDF5_VDS_PREFIX");
  for (std::string rest = prefixes == nullptr ? "" : prefixes; !rest.empty();) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    if (end > 0) places.push_back(fs::path(rest.substr(0, end)) / name);
    rest.erase(0, end + 1);
  }
  places.push_back(fs::absolute(file).parent_path() / name);
  places.push_back(name);
  std::error_code error;
  const fs::path real = fs::canonical(file, error);
  if (!error) places.push_back(real.parent_path() / name);
  return places;
}

std::optional<File> open_source(const std::string& source, const fs::path& file) {
  for (const fs::path& place : places_of(source, file)) {
    try {
      if (File::is_hdf5(place.string())) return File::open_to_read(place.string());
    } catch (const Hdf5Error&) {  // then the library looks on as well
    }
  }
  return std::nullopt;
}

/// One part of a virtual data set, and where it lies.
struct Mapping {
  Handle space;   // selects the part in the virtual data set
  Handle source;  // selects it in the source
  std::string file;
  std::string dataset;
};

Mapping mapping_of(const Handle& properties, std::size_t i, const std::string& action) {
  return {Handle(H5Pget_virtual_vspace(properties.id(), i), H5Sclose, action),
          Handle(H5Pget_virtual_srcspace(properties.id(), i), H5Sclose, action),
          text_of(properties.id(), i, H5Pget_virtual_filename, action),
          text_of(properties.id(), i, H5Pget_virtual_dsetname, action)};
}

/// A hyperslab without end in one dimension.
struct Slab {
  std::vector<hsize_t> start, stride, count, block;
  std::size_t open = 0;  // the dimension

  /// Blocks of it that begin below `extent`.
  [[nodiscard]] std::int64_t blocks(std::int64_t extent) const {
    const auto first = static_cast<std::int64_t>(start[open]);
    if (extent <= first) return 0;
    return (extent - first - 1) / static_cast<std::int64_t>(std::max<hsize_t>(stride[open], 1)) + 1;
  }
  /// Values along that dimension below `extent`.
  [[nodiscard]] std::int64_t length(std::int64_t extent) const {
    const auto rest = std::max<std::int64_t>(extent - static_cast<std::int64_t>(start[open]), 0);
    if (block[open] == H5S_UNLIMITED) return rest;
    return std::min(rest, blocks(extent) * static_cast<std::int64_t>(block[open]));
  }
};

std::optional<Slab> open_slab(const Handle& space) {
  if (H5Sget_select_type(space.id()) != H5S_SEL_HYPERSLABS || H5Sis_regular_hyperslab(space.id()) <= 0) {
    return std::nullopt;
  }
  const int n = H5Sget_simple_extent_ndims(space.id());
  check(n, "read a mapping");
  const std::vector<hsize_t> none(static_cast<std::size_t>(n));
  Slab slab{none, none, none, none};
  check(H5Sget_regular_hyperslab(space.id(), slab.start.data(), slab.stride.data(), slab.count.data(),
                                 slab.block.data()),
        "read a mapping");
  for (; slab.open < none.size(); ++slab.open) {
    if (slab.count[slab.open] == H5S_UNLIMITED || slab.block[slab.open] == H5S_UNLIMITED) return slab;
  }
  return std::nullopt;
}

/// Is there less of the source than is mapped?
bool is_too_small(const Mapping& mapping, const Extents& extents, const Extents& source_extents) {
  const std::optional<Slab> open = open_slab(mapping.space);
  const std::optional<Slab> open_source = open_slab(mapping.source);
  if (open && open_source) {
    if (open_source->open >= source_extents.size()) return true;
    return open_source->length(source_extents[open_source->open]) < open->length(extents[open->open]);
  }
  if (H5Sget_select_type(mapping.source.id()) == H5S_SEL_ALL) {
    std::int64_t n = 1;
    for (const std::int64_t extent : source_extents) n *= extent;
    return !open && n < H5Sget_select_npoints(mapping.space.id());
  }
  std::vector<hsize_t> low(source_extents.size());
  std::vector<hsize_t> high(source_extents.size());
  if (H5Sget_simple_extent_ndims(mapping.source.id()) != static_cast<int>(source_extents.size())) return true;
  check(H5Sget_select_bounds(mapping.source.id(), low.data(), high.data()), "read a mapping");
  for (std::size_t i = 0; i < high.size(); ++i) {
    if (high[i] >= static_cast<hsize_t>(source_extents[i])) return true;
  }
  return false;
}

/// "part-%b.h5" of block 3 is "part-3.h5"; %% is %.
std::string with_block(const std::string& name, std::int64_t block) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char next = name[i] == '%' && i + 1 < name.size() ? name[i + 1] : '\0';
    if (next == 'b') text += fmt::format("{}", block);
    if (next == '%') text += '%';
    if (next == 'b' || next == '%')
      ++i;
    else
      text += name[i];
  }
  return text;
}

bool is_pattern(const std::string& name) { return with_block(name, 0) != with_block(name, 1); }

/// The extents of a virtual data set as they were declared. Once the library is asked for its shape, it gives
/// ones that end before the first part that is not there, in the mappings as well.
Extents declared_extents(const Dataset& dataset) {
  const std::string action = "read the sources of " + dataset.path();
  const Handle properties(H5Dget_create_plist(dataset.id()), H5Pclose, action);
  std::size_t n = 0;
  check(H5Pget_virtual_count(properties.id(), &n), action);
  if (n == 0) return {};
  const Handle space(H5Pget_virtual_vspace(properties.id(), 0), H5Sclose, action);
  const int n_axes = H5Sget_simple_extent_ndims(space.id());
  check(n_axes, action);
  std::vector<hsize_t> extents(static_cast<std::size_t>(n_axes));
  check(H5Sget_simple_extent_dims(space.id(), extents.data(), nullptr), action);
  return {extents.begin(), extents.end()};
}

/// One virtual data set and its sources' files, of which the last one stays open.
class Sources {
 public:
  Sources(const Dataset& dataset, int depth)
      : dataset_(dataset),
        depth_(depth),
        file_(file_of(dataset)),
        declared_(declared_extents(dataset)),
        extents_(describe(dataset).shape) {}

  MissingValues missing() {
    missing_.is_virtual = true;
    missing_.source = missing_source();
    return missing_;
  }

 private:
  [[nodiscard]] std::string action() const { return "read the sources of " + dataset_.path(); }

  std::string missing_source() {
    const Handle properties(H5Dget_create_plist(dataset_.id()), H5Pclose, action());
    std::size_t n = 0;
    check(H5Pget_virtual_count(properties.id(), &n), action());
    hssize_t n_mapped = 0;
    bool all_bounded = true;
    for (std::size_t i = 0; i < n; ++i) {
      const Mapping mapping = mapping_of(properties, i, action());
      std::string what = missing_of(mapping);
      if (!what.empty()) return what;
      all_bounded = all_bounded && !open_slab(mapping.space);
      if (all_bounded) n_mapped += H5Sget_select_npoints(mapping.space.id());
    }
    const std::int64_t n_values = dataset_.rows();
    if (!all_bounded || n_mapped >= n_values) return "";
    return fmt::format("is virtual, and {} of its {} values are mapped to no source", n_values - n_mapped,
                       n_values);
  }

  std::string missing_of(const Mapping& mapping) {
    const std::optional<Slab> open = open_slab(mapping.space);
    const bool in_blocks = open && (is_pattern(mapping.file) || is_pattern(mapping.dataset));
    const std::int64_t n_blocks = in_blocks ? count_blocks(mapping, *open) : 1;
    for (std::int64_t block = 0; block < n_blocks; ++block) {
      std::string what =
          missing_in(mapping, with_block(mapping.file, block), with_block(mapping.dataset, block), in_blocks);
      if (!what.empty()) return what;
    }
    return "";
  }

  /// Of numbered parts: those of the declared extent, and those up to the last one that is there.
  std::int64_t count_blocks(const Mapping& mapping, const Slab& open) {
    std::int64_t n = open.blocks(std::max(declared_[open.open], extents_[open.open]));
    for (std::int64_t block = n; block < n + kLongestGap; ++block) {
      if (is_there(with_block(mapping.file, block), with_block(mapping.dataset, block))) n = block + 1;
    }
    missing_.next_part = with_block(is_pattern(mapping.file) ? mapping.file : mapping.dataset, n);
    return n;
  }

  bool is_there(const std::string& file, const std::string& name) {
    if (!file_exists(file)) return false;
    open(file);
    return source_ && follow(source_->root(), name).kind == Target::Kind::dataset;
  }

  [[nodiscard]] bool file_exists(const std::string& file) const {
    if (file == ".") return true;
    const std::vector<fs::path> places = places_of(file, file_);
    return std::any_of(places.begin(), places.end(), [](const fs::path& place) {
      std::error_code error;
      return fs::exists(place, error);
    });
  }

  void open(const std::string& file) {
    if (file == open_name_ && source_) return;
    source_ = file == "." ? File::open_to_read(file_) : open_source(file, file_);
    open_name_ = file;
  }

  std::string missing_in(const Mapping& mapping, const std::string& file, const std::string& name,
                         bool is_block) {
    open(file);
    if (!source_) return fmt::format("is virtual and lies in {}, which is not there or no HDF5 file", file);
    if (follow(source_->root(), name).kind != Target::Kind::dataset) {
      return fmt::format("is virtual and lies in {}, which holds no data set {}",
                         file == "." ? "this file" : file, name);
    }
    const Dataset source = source_->root().dataset(name);
    std::string what = seen_.emplace(file, name).second ? missing_in(source) : "";
    if (!what.empty())
      return fmt::format("is virtual and lies in {}, whose data set {} {}", file, name, what);
    if (is_block || !is_too_small(mapping, extents_, describe(source).shape)) return "";
    return fmt::format("is virtual, and {} holds less of data set {} than belongs to it", file, name);
  }

  std::string missing_in(const Dataset& source) {
    const MissingValues missing = missing_values_at(source, depth_ + 1);
    missing_.chunks += missing.chunks;
    missing_.chunks_missing += missing.chunks_missing;
    return missing.source;
  }

  const Dataset& dataset_;
  int depth_;
  std::string file_;
  Extents declared_;  // before extents_, which changes them
  Extents extents_;
  std::string open_name_;
  std::optional<File> source_;
  std::set<std::pair<std::string, std::string>> seen_;  // sources looked at
  MissingValues missing_;
};

}  // namespace

MissingValues missing_of_virtual(const Dataset& dataset, int depth) {
  if (depth <= kMostVirtual) return Sources(dataset, depth).missing();
  MissingValues missing;
  missing.source = "is a source of itself";
  return missing;
}

}  // namespace trawl::h5
