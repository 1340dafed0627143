// The file that holds a trial's checkpoint.
#include "fuzzing.hpp"
#include "trawl/base/error.hpp"
#include "trawl/cluster/checkpoint_file.hpp"

namespace trawl::fuzzing {
namespace {

const MemoryFolder& folder() {
  static const MemoryFolder kFolder;
  return kFolder;
}

CheckpointFile checkpoint() { return {{folder().file("c"), "study", "build", 0.0}, 3}; }

void run(std::string_view bytes) {
  checkpoint().save("");  // makes the folder
  folder().write("c/3.checkpoint", bytes);
  std::optional<std::string> state;
  if (!accepted<StoreError, ArchiveError>([&] { state = checkpoint().load(); })) return;
  FUZZ_CHECK(state.has_value());
  checkpoint().save(*state);
  FUZZ_CHECK(folder().read("c/3.checkpoint") == bytes);
}

std::vector<std::string> seeds() {
  std::vector<std::string> seeds;
  for (const char* state : {"", "a state"}) {
    checkpoint().save(state);
    seeds.push_back(folder().read("c/3.checkpoint"));
  }
  return seeds;
}

void repair(std::string& bytes) {
  constexpr std::string_view kLastLine = "trial: 3\n";
  const std::size_t at = bytes.find(kLastLine);
  if (at != std::string::npos) repair_seal(bytes, at + kLastLine.size());
}

}  // namespace

const Target target{.run = run, .seeds = seeds, .repair = repair};

}  // namespace trawl::fuzzing
