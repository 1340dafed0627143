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

/// The bytes of a value, for processes of one build on one kind of machine. T has a member
/// `serialize`, or is a standard container, std::optional or std::variant of such.
/// Nothing guards them: for bytes that leave the process, see seal().
template <class T>
std::string encode(const T& value) {
  internal::StringSink sink;
  internal::write_archive(sink, value);
  return std::move(sink.bytes);
}

/// Throws ArchiveError if the bytes are not exactly one T.
template <class T>
T decode(std::string_view bytes) {
  T value{};
  internal::ViewSource source(bytes);
  internal::read_archive(source, value);
  if (source.unread() != 0) {
    throw ArchiveError(fmt::format("{} bytes are left after a value of {} bytes was read", source.unread(),
                                   bytes.size() - source.unread()));
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

/// Reads the header at the front of `bytes` (at least kSealHeaderBytes of them).
/// Throws ArchiveError if the length is above kMaxSealedBytes.
SealHeader read_seal_header(std::string_view bytes);

/// The payload of exactly one sealed value. Throws ArchiveError if length or checksum
/// are not those of the payload.
std::string_view unseal(std::string_view bytes);

}  // namespace trawl
