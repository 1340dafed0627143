#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace trawl {

/// So many bytes tell every kind.
constexpr std::size_t kKindBytes = 4096;

/// What the first bytes of a file (unpacked, where it is gzip) show it to be, and what to do about it:
/// "a zip archive; unpack it". "" unless they are those of a kind that no source reads.
std::string foreign_kind(std::string_view head);

/// Throws DataError if `head`, the first bytes of the file, tells that it is of such a kind.
void refuse_foreign(const std::string& path, std::string_view head);

/// Throws DataError, "data.zip: a zip archive; unpack it", for a file of such a kind.
void refuse_foreign(const std::string& path);

/// The source whose files begin so, idx or hdf5; "" if these are no such bytes.
std::string source_of(std::string_view head);

}  // namespace trawl
