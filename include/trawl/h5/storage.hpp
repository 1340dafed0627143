#pragma once

#include <cstdint>
#include <string>

#include "trawl/h5/dataset.hpp"

namespace trawl::h5 {

/// The values of a data set that are nowhere: the library reads them as the fill value, without a word.
struct MissingValues {
  /// "is virtual and lies in part-0.h5, which is not there"; also of external raw files, where there is less
  /// of a source than is mapped, values are mapped to none, or none was ever written. "": nothing of it all.
  std::string source;
  /// Of a virtual data set that grows by numbered parts: the first one that is not there ("part-3.h5"), which
  /// is no fault where the parts end there.
  std::string next_part;
  bool is_virtual = false;
  /// Chunks of all that were never written; of a virtual data set, those of its sources.
  std::int64_t chunks_missing = 0;
  std::int64_t chunks = 0;
};

/// Opens the sources of a virtual data set, also those of sources that are virtual themselves.
MissingValues missing_values(const Dataset& dataset);

}  // namespace trawl::h5
