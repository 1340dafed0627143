#include "fuzzing.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <sys/mman.h>
#include <unistd.h>

#include "trawl/archive/bytes.hpp"
#include "trawl/base/error.hpp"
#include "trawl/base/text.hpp"

namespace trawl::fuzzing {

namespace fs = std::filesystem;

void report_finding(const char* condition, const char* file, int line, const std::string& what) {
  std::fprintf(stderr, "%s:%d: does not hold: %s: %s\n", file, line, condition, what.c_str());
  std::abort();
}

void check_message(std::string_view message) {
  FUZZ_CHECK(!message.empty());
  FUZZ_CHECK(is_printable(message), "{}", message);
}

MemoryFile::MemoryFile() : file_(memfd_create("fuzz", 0)), path_(fmt::format("/proc/self/fd/{}", file_)) {
  FUZZ_CHECK(file_ >= 0);
}

MemoryFile::~MemoryFile() { close(file_); }

const std::string& MemoryFile::with(std::string_view bytes) {
  FUZZ_CHECK(ftruncate(file_, 0) == 0);
  FUZZ_CHECK(pwrite(file_, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  return path_;
}

MemoryFolder::MemoryFolder() {
  const char* chosen = std::getenv("TMPDIR");
  path_ = fmt::format("{}/trawl-fuzz-XXXXXX", chosen != nullptr ? chosen : "/dev/shm");
  FUZZ_CHECK(mkdtemp(path_.data()) != nullptr, "{}: {}", path_, std::strerror(errno));
}

MemoryFolder::~MemoryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void MemoryFolder::write(const std::string& name, std::string_view bytes) const {
  std::ofstream out(file(name), std::ios::binary);
  out << bytes;
  FUZZ_CHECK(out.good(), "{}", file(name));
}

std::string MemoryFolder::read(const std::string& name) const {
  std::ifstream in(file(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void repair_seal(std::string& bytes, std::size_t begin) {
  if (begin + kSealHeaderBytes <= bytes.size()) seal_in_place(bytes, begin);
}

void repair_seals(std::string& bytes, std::size_t begin) {
  while (begin + kSealHeaderBytes <= bytes.size()) {
    const std::size_t rest = bytes.size() - begin - kSealHeaderBytes;
    SealHeader header;
    std::memcpy(&header, bytes.data() + begin, kSealHeaderBytes);
    if (header.length > rest) header.length = static_cast<std::uint32_t>(rest);
    header.crc = crc32c(std::string_view(bytes).substr(begin + kSealHeaderBytes, header.length));
    std::memcpy(bytes.data() + begin, &header, kSealHeaderBytes);
    begin += kSealHeaderBytes + header.length;
  }
}

}  // namespace trawl::fuzzing
