#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "trawl/h5/file.hpp"

namespace trawl::h5 {

/// A data set of any program, before it is read.
struct ArrayDescription {
  /// byte: unsigned, of one byte. integer: any other, and enumerations, such as h5py's bool.
  enum class Kind : std::uint8_t { byte, integer, real, other };
  std::vector<std::int64_t> shape;  ///< empty: a single value, or none
  bool is_null = false;             ///< of no values
  Kind kind = Kind::other;
  std::size_t bytes = 0;        ///< of a value in the file
  bool is_unsigned = false;     ///< whole numbers from 0 on
  std::int64_t block_rows = 1;  ///< of the first axis; blocks of so many rows unpack each chunk once
  std::string type;             ///< "uint8", "float64", "text", ...: for messages
  std::string missing_filter;   ///< one that it takes to read it and that is not there: "lzf"; "": none
};
ArrayDescription describe(const Dataset& dataset);

/// Values row-major from row `first` of the first axis on, whole rows, as many as `values` has room for;
/// converted by the library: what is beyond a float becomes infinite, what is beyond an integer its bound.
/// Chunked and compressed data sets too; a chunk that is asked for twice is unpacked twice. Requires numbers.
/// Throws Hdf5Error, also where a filter of the data set is not there.
void read_array(const Dataset& dataset, std::span<std::uint8_t> values, std::int64_t first = 0);
void read_array(const Dataset& dataset, std::span<std::int32_t> values, std::int64_t first = 0);
void read_array(const Dataset& dataset, std::span<std::int64_t> values, std::int64_t first = 0);
void read_array(const Dataset& dataset, std::span<float> values, std::int64_t first = 0);
void read_array(const Dataset& dataset, std::span<double> values, std::int64_t first = 0);

}  // namespace trawl::h5
