// Holds one entry of a sparse row.
#pragma once

#include <cstdint>

namespace trawl {

/// One value that is not 0 in a row of a sparse matrix, and its column.
template <class Scalar>
struct Nonzero {
  std::int32_t index = 0;
  Scalar value = 0;
};

}  // namespace trawl
