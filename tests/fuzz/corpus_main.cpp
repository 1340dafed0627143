// A fuzzer's corpus as a plain test: FUZZER [FILE or FOLDER]... tries these files and the target's seeds, and
// of each what a damaged disk or a hurried editor would make of it.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <sys/resource.h>

#include "fuzzing.hpp"
#include "trawl/base/clock.hpp"

namespace {

namespace fs = std::filesystem;
using trawl::fuzzing::target;

struct Input {
  std::string name;
  std::string bytes;
};

Input read_input(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  FUZZ_CHECK(file.good(), "{} cannot be read", path.string());
  return {path.string(), {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()}};
}

std::vector<Input> inputs_of(int argc, char** argv) {
  std::vector<Input> inputs;
  for (int i = 1; i < argc; ++i) {
    if (!fs::is_directory(argv[i])) {
      inputs.push_back(read_input(argv[i]));
      continue;
    }
    for (const auto& entry : fs::directory_iterator(argv[i])) inputs.push_back(read_input(entry.path()));
  }
  for (const std::string& seed : target.seeds())
    inputs.push_back({"seed " + std::to_string(inputs.size()), seed});
  return inputs;
}

long runs = 0;
void run(const Input& input, const char* variant, std::size_t at) {
  ++runs;
  try {
    target.run(input.bytes);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s, %s %zu: %s\n", input.name.c_str(), variant, at, e.what());
    throw;
  }
}

// The test is to take seconds: so many places of one input, spread over it; few of a bomb.
constexpr std::size_t kMaxPlaces = 100;
constexpr std::size_t kMaxPlacesIfSlow = 3;
constexpr double kSlowSeconds = 0.02;

void run_variants(const Input& input, double seconds) {
  const std::size_t places = seconds > kSlowSeconds ? kMaxPlacesIfSlow : kMaxPlaces;
  const std::size_t stride = std::max<std::size_t>(1, input.bytes.size() / places);
  for (std::size_t at = 0; at < input.bytes.size(); at += stride) {
    Input variant{input.name, input.bytes.substr(0, at)};
    run(variant, "cut to", at);
    target.repair(variant.bytes);
    run(variant, "cut and repaired to", at);
    variant.bytes = input.bytes;
    variant.bytes[at] = static_cast<char>(variant.bytes[at] ^ (at % 2 == 0 ? 0x80 : 0x01));
    run(variant, "changed at", at);
    target.repair(variant.bytes);
    run(variant, "changed and repaired at", at);
  }
}

// Sanitizers reserve more addresses than there is memory.
void limit_memory() {
#if !defined(__SANITIZE_ADDRESS__)
  const rlimit limit{1UL << 30, 1UL << 30};
  setrlimit(RLIMIT_AS, &limit);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  limit_memory();
  const std::vector<Input> inputs = inputs_of(argc, argv);
  for (const Input& input : inputs) {
    const double before = trawl::steady_time();
    run(input, "whole", 0);
    run_variants(input, trawl::steady_time() - before);
  }
  std::printf("%zu inputs, %ld runs\n", inputs.size(), runs);
  return inputs.empty() ? 1 : 0;
}
