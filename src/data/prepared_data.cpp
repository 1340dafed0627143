// Maps the samples that all processes of a node share.
#include "trawl/data/prepared_data.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trawl/base/error.hpp"
#include "trawl/data/prepared_format.hpp"

namespace trawl {
namespace {

const char* const kAdvice = "delete it and run again, it is made anew";

struct Mapping {
  std::byte* bytes = nullptr;
  std::size_t size = 0;
};

Mapping map_file(int file, const std::string& path) {
  struct stat status {};
  if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    throw DataError(fmt::format("{}: no regular file, so no prepared data", path));
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size < sizeof(PreparedHeader)) {
    throw DataError(fmt::format("{}: {} bytes are too few for a prepared file; {}", path, size, kAdvice));
  }
  void* address = mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  if (address == MAP_FAILED) {
    throw DataError(fmt::format("{}: cannot map the prepared data: {}", path, system_message(errno)));
  }
  return {static_cast<std::byte*>(address), size};
}

Mapping open_and_map(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    throw DataError(fmt::format("{}: cannot open the prepared data: {}", path, system_message(errno)));
  }
  try {
    const Mapping mapping = map_file(file, path);
    close(file);
    return mapping;
  } catch (...) {
    close(file);
    throw;
  }
}

const PreparedHeader& header_of(const std::byte* bytes) {
  return *reinterpret_cast<const PreparedHeader*>(bytes);
}

/// Empty if the mapping is one whole prepared file, otherwise what is wrong with it.
std::string find_fault(const PreparedHeader& header, std::size_t size) {
  if (header.magic != PreparedHeader::kMagic) return "not a file of prepared data";
  if (header.version != PreparedHeader::kVersion) {
    return fmt::format("prepared data of version {}, version {} is read", header.version,
                       PreparedHeader::kVersion);
  }
  if (header.checksum != checksum_of(header) || !counts_possible(header)) return "its header is damaged";
  const std::size_t expected = layout_of(header).file_bytes;
  if (size != expected) return fmt::format("{} bytes long, its header says {}", size, expected);
  return "";
}

}  // namespace

PreparedData::PreparedData(const std::string& path) {
  const Mapping mapping = open_and_map(path);
  bytes_ = mapping.bytes;
  size_ = mapping.size;
  const std::string fault = find_fault(header_of(bytes_), size_);
  if (!fault.empty()) {
    munmap(bytes_, size_);
    throw DataError(fmt::format("{}: {}; {}", path, fault, kAdvice));
  }
}

PreparedData::PreparedData(PreparedData&& other) noexcept
    : bytes_(std::exchange(other.bytes_, nullptr)), size_(std::exchange(other.size_, 0)) {}

PreparedData& PreparedData::operator=(PreparedData&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  std::swap(size_, other.size_);
  return *this;
}

PreparedData::~PreparedData() {
  if (bytes_ != nullptr) munmap(bytes_, size_);
}

std::int64_t PreparedData::n_features() const { return header_of(bytes_).n_features; }
std::int64_t PreparedData::n_classes() const { return header_of(bytes_).n_classes; }
std::uint64_t PreparedData::hash() const { return header_of(bytes_).content_hash; }

SampleView PreparedData::part(std::size_t index) const {
  const PreparedHeader& header = header_of(bytes_);
  const PreparedLayout layout = layout_of(header);
  SampleView view{reinterpret_cast<const float*>(bytes_ + layout.features[index]),
                  reinterpret_cast<const std::int32_t*>(bytes_ + layout.labels[index]), header.rows[index],
                  header.n_features};
  if (header.sparse == 1) {
    view.row_starts = reinterpret_cast<const std::int64_t*>(bytes_ + layout.row_starts[index]);
    view.nonzeros = reinterpret_cast<const Nonzero<float>*>(bytes_ + layout.nonzeros[index]);
  }
  return view;
}

}  // namespace trawl
