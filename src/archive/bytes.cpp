// Encodes values, and seals what leaves the process with length and checksum.
#include "trawl/archive/bytes.hpp"

#include <array>
#include <bit>
#include <cstring>

#ifdef __SSE4_2__
#include <nmmintrin.h>
#endif

namespace trawl {
namespace {

static_assert(std::endian::native == std::endian::little, "seals and journals are little-endian");

// Slicing by eight (Kounavis and Berry, 2005): eight bytes a step, one table a byte.
constexpr std::uint32_t kReflectedPolynomial = 0x82F63B78;
using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? kReflectedPolynomial : 0U);
    tables[0][byte] = crc;
  }
  for (std::size_t slice = 1; slice < tables.size(); ++slice) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[slice - 1][byte];
      tables[slice][byte] = (before >> 8) ^ tables[0][before & 0xFF];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

}  // namespace

std::uint32_t internal::crc32c_by_table(std::string_view bytes, std::uint32_t crc) {
  crc = ~crc;
  const char* p = bytes.data();
  std::size_t n = bytes.size();
  for (; n >= 8; p += 8, n -= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, 8);
    word ^= crc;
    crc = 0;
    for (std::size_t i = 0; i < 8; ++i) crc ^= kTables[7 - i][(word >> (8 * i)) & 0xFF];
  }
  for (; n > 0; ++p, --n) crc = (crc >> 8) ^ kTables[0][(crc ^ static_cast<unsigned char>(*p)) & 0xFF];
  return ~crc;
}

#ifdef __SSE4_2__
std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc) {
  std::uint64_t sum = ~crc;
  const char* p = bytes.data();
  std::size_t n = bytes.size();
  for (; n >= 8; p += 8, n -= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, 8);
    sum = _mm_crc32_u64(sum, word);
  }
  auto rest = static_cast<std::uint32_t>(sum);
  for (; n > 0; ++p, --n) rest = _mm_crc32_u8(rest, static_cast<unsigned char>(*p));
  return ~rest;
}
#else
std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc) {
  return internal::crc32c_by_table(bytes, crc);
}
#endif

std::string seal(std::string_view payload) {
  std::string bytes(kSealHeaderBytes, '\0');
  bytes += payload;
  seal_in_place(bytes, 0);
  return bytes;
}

void seal_in_place(std::string& bytes, std::size_t begin) {
  const std::string_view payload = std::string_view(bytes).substr(begin + kSealHeaderBytes);
  TRAWL_CHECK(payload.size() <= kMaxSealedBytes, "{} bytes", payload.size());
  const SealHeader header{static_cast<std::uint32_t>(payload.size()), crc32c(payload)};
  std::memcpy(bytes.data() + begin, &header, kSealHeaderBytes);
}

SealHeader read_seal_header(std::string_view bytes) {
  TRAWL_CHECK(bytes.size() >= kSealHeaderBytes, "{} bytes", bytes.size());
  SealHeader header;
  std::memcpy(&header, bytes.data(), kSealHeaderBytes);
  if (header.length > kMaxSealedBytes) {
    throw ArchiveError(
        fmt::format("a value of {} bytes is announced; the limit is {}", header.length, kMaxSealedBytes));
  }
  return header;
}

std::string_view unseal(std::string_view bytes) {
  if (bytes.size() < kSealHeaderBytes) throw ArchiveError(fmt::format("{} bytes are no value", bytes.size()));
  const SealHeader header = read_seal_header(bytes);
  const std::string_view payload = bytes.substr(kSealHeaderBytes);
  if (payload.size() != header.length) {
    throw ArchiveError(fmt::format("{} bytes came, {} were announced", payload.size(), header.length));
  }
  if (crc32c(payload) != header.crc) throw ArchiveError("the checksum does not fit the bytes");
  return payload;
}

}  // namespace trawl
