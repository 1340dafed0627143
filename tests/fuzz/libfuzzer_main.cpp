// What clang's libFuzzer calls.
#include <cstdlib>
#include <fstream>
#include <string>

#include "fuzzing.hpp"

using trawl::fuzzing::target;

extern "C" {

std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);
int LLVMFuzzerInitialize(int* argc, char*** argv);
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                    unsigned seed);

// With TRAWL_FUZZ_SEEDS=FOLDER it writes its seeds there, its words to FOLDER.words, and ends.
int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  const char* folder = std::getenv("TRAWL_FUZZ_SEEDS");
  if (folder == nullptr) return 0;
  int number = 0;
  for (const std::string& seed : target.seeds()) {
    std::ofstream(fmt::format("{}/{}", folder, number++), std::ios::binary) << seed;
  }
  std::ofstream words(fmt::format("{}.words", folder));
  words << "# of the target\n";  // libFuzzer refuses an empty file
  for (const std::string& word : target.words()) {
    words << '"';
    for (const char c : word) words << fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    words << "\"\n";
  }
  words.close();
  std::exit(0);
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  target.run({reinterpret_cast<const char*>(data), size});
  return 0;
}

// Every second input gets its checksums repaired; the others show that a wrong one is found.
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                    unsigned seed) {
  size = LLVMFuzzerMutate(data, size, max_size);
  if (seed % 2 == 0) return size;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  target.repair(bytes);
  return bytes.copy(reinterpret_cast<char*>(data), max_size);
}
}
