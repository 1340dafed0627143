// Compresses a part of a column without the library, so that several threads can.
#include "trawl/h5/chunk.hpp"

#include <cstdint>

#include <zlib.h>

#include "native.hpp"
#include "trawl/base/error.hpp"

namespace trawl::h5 {
namespace {

/// The first bytes of all values, then the second ones, ...
std::string shuffle(std::string_view bytes, std::size_t element_bytes) {
  std::string shuffled(bytes.size(), '\0');
  const std::size_t n = bytes.size() / element_bytes;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t byte = 0; byte < element_bytes; ++byte) {
      shuffled[byte * n + i] = bytes[i * element_bytes + byte];
    }
  }
  return shuffled;
}

std::string deflated(std::string_view bytes) {
  uLongf size = compressBound(bytes.size());
  std::string compressed(size, '\0');
  const int code = compress2(reinterpret_cast<Bytef*>(compressed.data()), &size,
                             reinterpret_cast<const Bytef*>(bytes.data()), bytes.size(), kGzipLevel);
  TRAWL_CHECK(code == Z_OK, "zlib returned {} for {} bytes", code, bytes.size());
  compressed.resize(size);
  return compressed;
}

/// Fletcher-32 as HDF5's filter has it: sums of big-endian words of 16 bits, an odd byte the high one of a
/// last word.
std::uint32_t fletcher32(std::string_view bytes) {
  constexpr std::size_t kWordsWithoutOverflow = 360;
  const auto fold = [](std::uint32_t sum) { return (sum & 0xFFFFU) + (sum >> 16); };
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i]));
  };
  std::uint32_t sum = 0;
  std::uint32_t sum_of_sums = 0;
  for (std::size_t i = 0; i < bytes.size();) {
    for (std::size_t words = 0; words < kWordsWithoutOverflow && i < bytes.size(); ++words, i += 2) {
      sum += (byte(i) << 8) | (i + 1 < bytes.size() ? byte(i + 1) : 0U);
      sum_of_sums += sum;
    }
    sum = fold(sum);
    sum_of_sums = fold(sum_of_sums);
  }
  return (fold(sum_of_sums) << 16) | fold(sum);
}

}  // namespace

std::string filtered_chunk(std::string_view bytes, std::size_t element_bytes) {
  TRAWL_CHECK(!bytes.empty() && bytes.size() % element_bytes == 0, "{} bytes", bytes.size());
  std::string chunk = deflated(shuffle(bytes, element_bytes));
  const std::uint32_t sum = fletcher32(chunk);
  for (int shift = 0; shift < 32; shift += 8) chunk.push_back(static_cast<char>((sum >> shift) & 0xFFU));
  return chunk;
}

}  // namespace trawl::h5
