// The header of a prepared file, which decides where in the mapping its arrays lie.
#include <cstring>
#include <numeric>

#include "fuzzing.hpp"
#include "tests/train/puzzle.hpp"
#include "trawl/base/error.hpp"
#include "trawl/data/prepared_data.hpp"
#include "trawl/data/prepared_format.hpp"
#include "trawl/data/scaling.hpp"
#include "trawl/data/write_prepared.hpp"

namespace trawl::fuzzing {
namespace {

// Reads both ends of every array.
double touch(const SampleView& part) {
  double sum = 0.0;
  const auto add = [&sum](const auto* first, std::int64_t n) {
    sum += static_cast<double>(first[0]) + static_cast<double>(first[n - 1]);
  };
  if (part.rows > 0) {
    add(part.features, part.rows * part.n_features);
    add(part.labels, part.rows);
  }
  if (part.is_sparse()) add(part.row_starts, part.rows + 1);
  return sum;
}

void run(std::string_view bytes) {
  static MemoryFile file;
  file.with(bytes);
  const auto read = [] {
    const PreparedData data(file.path());
    volatile double sum = touch(data.train()) + touch(data.validation()) + touch(data.test());
    static_cast<void>(sum);
    FUZZ_CHECK(data.n_classes() >= 1 && data.n_classes() <= kMaxClasses, "{}", data.n_classes());
    FUZZ_CHECK(data.n_features() >= 1, "{}", data.n_features());
  };
  accepted<DataError>(read);
}

std::vector<std::string> seeds() {
  MemoryFolder folder;
  std::vector<std::string> seeds;
  Table dense = puzzle(5, 1);
  Table sparse = dense;
  auto& values = std::get<std::vector<float>>(sparse.features);
  std::fill(values.begin(), values.begin() + 20, 0.0F);
  for (const Table* table : {&dense, &sparse}) {
    write_prepared(folder.file("data"),
                   {all_rows(*table), all_rows(*table), {}, no_scaling(kPuzzleFeatures), kPuzzleClasses});
    seeds.push_back(folder.read("data"));
  }
  return seeds;
}

void repair(std::string& bytes) {
  PreparedHeader header;
  if (bytes.size() < sizeof header) return;
  std::memcpy(&header, bytes.data(), sizeof header);
  header.checksum = checksum_of(header);
  std::memcpy(bytes.data(), &header, sizeof header);
  constexpr std::size_t kMaxBytes = 4096;
  if (counts_possible(header) && layout_of(header).file_bytes <= kMaxBytes)
    bytes.resize(layout_of(header).file_bytes);
}

}  // namespace

const Target target{.run = run, .seeds = seeds, .repair = repair};

}  // namespace trawl::fuzzing
