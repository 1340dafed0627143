#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "trawl/base/error.hpp"

namespace trawl::fuzzing {

/// What a fuzzer tries. Each NAME_fuzzer.cpp defines one, called `target`; with clang's libFuzzer it becomes
/// a fuzzer (libfuzzer_main.cpp), with any compiler a test that runs its corpus (corpus_main.cpp).
struct Target {
  /// Reads the bytes as what they claim to be. Whatever they are, it returns: an exception that leaves it
  /// and a FUZZ_CHECK that does not hold are findings.
  void (*run)(std::string_view bytes);
  /// Inputs from the real writers, so that they follow the formats. None where the corpus is text.
  std::vector<std::string> (*seeds)() = [] { return std::vector<std::string>(); };
  /// Pieces of inputs, to be put into others.
  std::vector<std::string> (*words)() = [] { return std::vector<std::string>(); };
  /// Makes lengths and checksums right after a mutation, so that what lies behind them is reached.
  void (*repair)(std::string& bytes) = [](std::string& /*bytes*/) {};
};
extern const Target target;

[[noreturn]] void report_finding(const char* condition, const char* file, int line, const std::string& what);
/// What must hold for every input. FUZZ_CHECK(n == 3, "n = {}", n)
#define FUZZ_CHECK(condition, ...)                                                                     \
  do {                                                                                                 \
    if (!(condition)) {                                                                                \
      ::trawl::fuzzing::report_finding(#condition, __FILE__, __LINE__, ::fmt::format("" __VA_ARGS__)); \
    }                                                                                                  \
  } while (false)

/// People see it in a terminal, h5py in a results file: valid UTF-8, not empty, no control characters.
void check_message(std::string_view message);

/// True if `action` returned; false if it threw one of the errors, in good words. Other exceptions pass.
template <class... Expected, class Action>
bool accepted(const Action& action) {
  try {
    action();
    return true;
  } catch (const Error& error) {
    if ((... && (dynamic_cast<const Expected*>(&error) == nullptr))) throw;
    check_message(error.what());
  }
  return false;
}

/// A file in memory, under a path for those who open one; gone with the process, however that ends.
class MemoryFile {
 public:
  MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile();
  /// The path, now of a file with these bytes.
  const std::string& with(std::string_view bytes);
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  int file_ = -1;
  std::string path_;
};

/// A folder for those who look for names; removed when the process ends in order.
class MemoryFolder {
 public:
  MemoryFolder();
  MemoryFolder(const MemoryFolder&) = delete;
  MemoryFolder& operator=(const MemoryFolder&) = delete;
  ~MemoryFolder();
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
  void write(const std::string& name, std::string_view bytes) const;
  [[nodiscard]] std::string read(const std::string& name) const;

 private:
  std::string path_;
};

/// Takes the next bytes as a number: for inputs that begin with choices.
template <class Word>
Word take(std::string_view& bytes) {
  Word word{};
  const std::size_t n = bytes.copy(reinterpret_cast<char*>(&word), sizeof word);
  bytes.remove_prefix(n);
  return word;
}
template <class Word>
void put(std::string& bytes, Word word) {
  bytes.append(reinterpret_cast<const char*>(&word), sizeof word);
}

/// Makes what stands from `begin` to the end one sealed value.
void repair_seal(std::string& bytes, std::size_t begin);
/// Gives the sealed values that follow one another from `begin` on their checksums; a length beyond the
/// end becomes that of the rest.
void repair_seals(std::string& bytes, std::size_t begin);

}  // namespace trawl::fuzzing
