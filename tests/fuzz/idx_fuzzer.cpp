// IDX images with their labels. An input is a byte that says which of the two are packed, the length of the
// labels' file (2 bytes), that file, and the images' file.
#include "fuzzing.hpp"
#include "pack.hpp"
#include "trawl/base/error.hpp"
#include "trawl/data/idx.hpp"

namespace trawl::fuzzing {
namespace {

constexpr std::uint8_t kPackLabels = 1;
constexpr std::uint8_t kPackImages = 2;
constexpr std::uint8_t kCutPacked = 4;  // short of its end

std::string idx(const std::vector<std::uint32_t>& shape, std::string_view values) {
  std::string bytes = {'\0', '\0', '\x08', static_cast<char>(shape.size())};
  for (const std::uint32_t extent : shape) {
    for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<char>(extent >> shift & 0xFF));
  }
  return bytes.append(values);
}

std::string input(std::uint8_t packing, const std::string& labels, const std::string& images) {
  std::string bytes;
  put(bytes, packing);
  put(bytes, static_cast<std::uint16_t>(labels.size()));
  return bytes + labels + images;
}

std::string packed(std::string_view bytes, bool pack, bool cut) {
  if (!pack) return std::string(bytes);
  std::string result = gzip(bytes);
  if (cut) result.resize(result.size() - 5);
  return result;
}

std::string_view text_of(const std::vector<std::uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void check_round_trip(const Table& table) {
  static MemoryFile images;
  static MemoryFile labels;
  const auto& features = std::get<std::vector<std::uint8_t>>(table.features);
  const auto rows = static_cast<std::uint32_t>(table.rows);
  FUZZ_CHECK(features.size() == static_cast<std::size_t>(table.rows * table.columns));
  FUZZ_CHECK(std::ssize(table.labels) == table.rows);
  images.with(idx({rows, static_cast<std::uint32_t>(table.columns)}, text_of(features)));
  labels.with(idx({rows}, text_of({table.labels.begin(), table.labels.end()})));
  const Table again = read_idx(images.path(), labels.path());
  FUZZ_CHECK(again.features == table.features && again.labels == table.labels);
}

void run(std::string_view bytes) {
  static MemoryFile images;
  static MemoryFile labels;
  const auto packing = take<std::uint8_t>(bytes);
  const std::size_t announced = take<std::uint16_t>(bytes);
  const std::size_t n = std::min(announced, bytes.size());
  labels.with(packed(bytes.substr(0, n), (packing & kPackLabels) != 0, (packing & kCutPacked) != 0));
  images.with(packed(bytes.substr(n), (packing & kPackImages) != 0, (packing & kCutPacked) != 0));
  Table table;
  if (accepted<DataError>([&] { table = read_idx(images.path(), labels.path()); })) check_round_trip(table);
}

std::vector<std::string> seeds() {
  const std::string labels = idx({3}, {"\0\1\2", 3});
  const std::string images = idx({3, 2, 2}, "abcdefghijkl");
  const std::string endless = idx({0xFFFFFFFF, 28, 28}, "few");
  return {input(0, labels, images),
          input(kPackLabels | kPackImages, labels, images),
          input(kPackImages | kCutPacked, labels, images),
          input(0, labels, idx({3, 4}, "abcdefghijkl")),
          input(0, labels, idx({3, 1, 2, 2}, "abcdefghijkl")),
          input(kPackImages, idx({0xFFFFFFFF}, "few"), endless),
          input(0, labels, endless),
          input(0, idx({0}, ""), idx({0, 2, 2}, "")),
          input(0, images, labels)};
}

// As many labels as the images' file says.
void repair(std::string& bytes) {
  std::string_view rest = bytes;
  const auto packing = take<std::uint8_t>(rest);
  const std::size_t n = take<std::uint16_t>(rest);
  const std::string images(rest.substr(std::min(n, rest.size())));
  if (images.size() < 8) return;
  const auto extent = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(images[i]));
  };
  const std::uint32_t rows = (extent(6) << 8) + extent(7);
  if (rows < 100) bytes = input(packing, idx({rows}, std::string(rows, '\1')), images);
}

}  // namespace

const Target target{.run = run, .seeds = seeds, .repair = repair};

}  // namespace trawl::fuzzing
