// Reads images and labels in MNIST's format.
#include "trawl/data/idx.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "trawl/base/error.hpp"
#include "trawl/data/file_kind.hpp"
#include "trawl/data/input_file.hpp"

namespace trawl {
namespace {

constexpr unsigned kUnsignedByte = 0x08;
constexpr std::size_t kPieceBytes = std::size_t{1} << 26;

struct IdxArray {
  std::vector<std::int64_t> shape;
  std::vector<std::uint8_t> values;
};

void read_header_bytes(InputFile& file, std::uint8_t* bytes, std::size_t n) {
  if (file.read(bytes, n) != n) {
    throw DataError(fmt::format("{}: ends within its IDX header; fetch or write it again", file.path()));
  }
}

/// The element type and number of dimensions are checked; the shape is not yet.
std::vector<std::int64_t> read_shape(InputFile& file) {
  std::array<std::uint8_t, 4> magic{};
  read_header_bytes(file, magic.data(), magic.size());
  if (magic[0] != 0 || magic[1] != 0) {
    refuse_foreign(file.path());
    throw DataError(
        fmt::format("{}: no IDX file: it starts with {:02x} {:02x} {:02x} {:02x}, an IDX file of "
                    "bytes with 00 00 08; for a table of text use source: csv",
                    file.path(), magic[0], magic[1], magic[2], magic[3]));
  }
  if (magic[2] != kUnsignedByte) {
    throw DataError(fmt::format("{}: IDX elements of type 0x{:02x} are not read, only unsigned bytes (0x08)",
                                file.path(), magic[2]));
  }
  std::vector<std::int64_t> shape(magic[3]);
  for (std::int64_t& extent : shape) {
    std::array<std::uint8_t, 4> word{};
    read_header_bytes(file, word.data(), word.size());
    extent = word[0] * (1LL << 24) + word[1] * (1LL << 16) + word[2] * (1LL << 8) + word[3];
  }
  return shape;
}

/// Before memory is asked for: a damaged header may ask for any amount.
std::uint64_t checked_size(const InputFile& file, const std::vector<std::int64_t>& shape) {
  const std::uint64_t limit = file.largest_size();
  std::uint64_t size = 1;
  for (const std::int64_t extent : shape) {
    if (extent == 0) throw DataError(fmt::format("{}: the IDX header says there are no rows", file.path()));
    if (size > limit / static_cast<std::uint64_t>(extent)) {
      throw DataError(
          fmt::format("{}: shorter than its IDX header says; fetch or write it again", file.path()));
    }
    size *= static_cast<std::uint64_t>(extent);
  }
  return size;
}

void read_values(InputFile& file, IdxArray& array) {
  const std::uint64_t size = checked_size(file, array.shape);
  require_memory(file.path(), size);
  // Piece by piece, so that what a packed file only claims to hold takes no memory.
  for (std::size_t got = 0; got < size;) {
    array.values.resize(std::min<std::size_t>(size, got + kPieceBytes));
    const std::size_t due = array.values.size();
    got += file.read(array.values.data() + got, due - got);
    if (got != due) {
      throw DataError(
          fmt::format("{}: shorter than its IDX header says: {} of {} bytes; fetch or write it again",
                      file.path(), got, size));
    }
  }
  // Also reads the gzip trailer, which tells whether the data arrived whole.
  std::uint8_t extra = 0;
  if (file.read(&extra, 1) != 0) {
    throw DataError(fmt::format("{}: longer than its IDX header says ({} bytes); fetch or write it again",
                                file.path(), array.values.size()));
  }
}

IdxArray read_images(const std::string& path) {
  InputFile file(path);
  IdxArray images{read_shape(file), {}};
  if (images.shape.size() == 1) {
    throw DataError(
        fmt::format("{}: holds labels (one dimension), images are expected; are the paths of "
                    "images and labels swapped?",
                    path));
  }
  if (images.shape.size() < 2 || images.shape.size() > 4) {
    throw DataError(fmt::format("{}: {} dimensions, images have two to four", path, images.shape.size()));
  }
  read_values(file, images);
  return images;
}

IdxArray read_labels(const std::string& path) {
  InputFile file(path);
  IdxArray labels{read_shape(file), {}};
  if (labels.shape.empty()) throw DataError(fmt::format("{}: no dimensions, labels have one", path));
  const auto longer = [](std::int64_t extent) { return extent != 1; };
  const bool is_column = std::none_of(labels.shape.begin() + 1, labels.shape.end(), longer);  // [N, 1]
  if (!is_column) {
    throw DataError(
        fmt::format("{}: {} dimensions, labels have one; are the paths of images and labels "
                    "swapped?",
                    path, labels.shape.size()));
  }
  read_values(file, labels);
  return labels;
}

}  // namespace

Table read_idx(const std::string& images_path, const std::string& labels_path) {
  const IdxArray labels = read_labels(labels_path);
  IdxArray images = read_images(images_path);
  if (images.shape[0] != labels.shape[0]) {
    throw DataError(fmt::format("{}: {} images, but {} labels in {}; the two files do not belong together",
                                images_path, images.shape[0], labels.shape[0], labels_path));
  }
  Table table;
  table.rows = images.shape[0];
  table.columns = static_cast<std::int64_t>(images.values.size()) / table.rows;
  table.features = std::move(images.values);
  table.labels.assign(labels.values.begin(), labels.values.end());
  table.origin = images_path;
  table.labels_origin = labels_path;
  return table;
}

}  // namespace trawl
