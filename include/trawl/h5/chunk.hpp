#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace trawl::h5 {

/// The bytes of a chunk of a compressed column, for Dataset::write_chunk: what the library's shuffle, gzip
/// and Fletcher-32 filters would make of `bytes`, the values of one whole chunk, each of `element_bytes`. It
/// calls no HDF5, so several threads may make chunks at once.
std::string filtered_chunk(std::string_view bytes, std::size_t element_bytes);

}  // namespace trawl::h5
