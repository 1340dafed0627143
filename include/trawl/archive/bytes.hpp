#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "trawl/archive/serialize.hpp"
#include "trawl/base/error.hpp"

namespace trawl {

/// CRC-32C (Castagnoli, polynomial 0x1EDC6F41, reflected), as iSCSI and ext4 use it.
/// `crc` continues an earlier sum.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc = 0);
namespace internal {
/// The same for processors that have no instruction for it.
std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t crc);
}  // namespace internal

/// The bytes of a value, for processes of one build on one kind of machine. T has a member
/// `serialize`, or is a standard container, std::optional or std::variant of such.
/// Nothing guards them: for bytes that leave the process, see seal().
template <class T>
void encode_onto(std::string& bytes, const T& value) {
  internal::WritingArchive(bytes) << value;
}
template <class T>
std::string encode(const T& value) {
  std::string bytes;
  encode_onto(bytes, value);
  return bytes;
}

/// Throws ArchiveError if the bytes are not exactly one T.
template <class T>
T decode(std::string_view bytes) {
  T value{};
  internal::ReadingArchive archive(bytes);
  archive >> value;
  if (archive.unread() != 0) {
    throw ArchiveError(fmt::format("{} bytes are left after a value of {} bytes was read", archive.unread(),
                                   bytes.size() - archive.unread()));
  }
  return value;
}

/// What stands before sealed bytes: their length and their CRC-32C, little-endian.
struct SealHeader {
  std::uint32_t length = 0;
  std::uint32_t crc = 0;
};
constexpr std::size_t kSealHeaderBytes = 4 + 4;
/// No value that leaves a process is larger: a wild length is found before memory is asked for.
constexpr std::uint32_t kMaxSealedBytes = 1U << 30;

/// Length and checksum in front of `payload`.
std::string seal(std::string_view payload);
/// Seals what stands in `bytes` from `begin` on, where kSealHeaderBytes were left free before the payload.
void seal_in_place(std::string& bytes, std::size_t begin);
/// seal(encode(value)) without a copy.
template <class T>
std::string encode_sealed(const T& value) {
  std::string bytes(kSealHeaderBytes, '\0');
  encode_onto(bytes, value);
  seal_in_place(bytes, 0);
  return bytes;
}

/// Reads the header at the front of `bytes` (at least kSealHeaderBytes of them).
/// Throws ArchiveError if the length is above kMaxSealedBytes.
SealHeader read_seal_header(std::string_view bytes);

/// The payload of exactly one sealed value. Throws ArchiveError if length or checksum
/// are not those of the payload.
std::string_view unseal(std::string_view bytes);

}  // namespace trawl
