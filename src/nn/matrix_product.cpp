// Multiplies matrices, each value by one chain of additions.
#include "trawl/nn/matrix_product.hpp"

#include <algorithm>
#include <array>

#include "matrix_packing.hpp"
#include "matrix_tile.hpp"
#include "trawl/nn/aligned_vector.hpp"
#include "trawl/nn/lanes.hpp"

namespace trawl {
namespace {

// So many links of the chains at a time: of B 16 KiB of AVX2's vectors, which stay in the nearest cache.
constexpr std::int64_t kPanelDepth = 256;
// A block of B, 256 KiB of floats at most, and one of A, 96 KiB, stay in the second cache.
constexpr std::int64_t kBlockColumns = 256;
constexpr std::int64_t kBlockRows = 72;
// From one link to the next in a packed tile of A: whole vectors of 4 or 8 floats.
constexpr std::int64_t kPackedRows = 8;
static_assert(kBlockRows % kTileRows == 0 && kPackedRows >= kTileRows);
// Packed panels stand a line or more apart: of many lines whose addresses differ by a power of 2 the
// nearest cache has room for few.
template <class Scalar>
constexpr std::int64_t kTileGap = kBufferAlignment / sizeof(Scalar);
template <class Scalar>
constexpr std::int64_t kBlockOfA = (kPanelDepth * kPackedRows + kTileGap<Scalar>)*(kBlockRows / kTileRows);
template <class Scalar>
constexpr std::int64_t kBlockOfB = (kPanelDepth + 1) * kBlockColumns;
// Where the panels of a block begin, and where the last one ends. No panel of B has less than 4 columns.
using PanelStarts = std::array<std::int64_t, 1 + kBlockColumns / 4>;
static_assert(kTileColumns<double> >= 4 && kBlockRows / kTileRows <= kBlockColumns / 4);

/// A, B or C from some place on.
template <class Scalar>
struct Part {
  const Scalar* data = nullptr;
  std::int64_t row = 0;
  std::int64_t column = 0;
  [[nodiscard]] Part from(std::int64_t i, std::int64_t j) const {
    return {data + i * row + j * column, row, column};
  }
};

/// What is copied together before it is multiplied.
struct Packs {
  bool a = false;
  bool b = false;
};

/// As measured: what is copied is used often enough to pay for it, or is too far apart to be used as it is.
template <class Scalar>
Packs packs_of(const MatrixProduct<Scalar>& product) {
  const bool a_pays =
      product.a_column == 1 ? product.columns > 200 : product.columns >= 128 && product.depth >= 64;
  const bool b_is_whole = product.b_column == 1 && product.columns % kLanes<Scalar> == 0;
  return {a_pays, !b_is_whole || product.rows >= 64};
}

/// Calls body(first, size) for parts of at most `largest` that differ by 1 at most.
template <class Body>
void for_parts(std::int64_t n, std::int64_t largest, const Body& body) {
  const std::int64_t parts = (n + largest - 1) / largest;
  for (std::int64_t part = 0, first = 0; part < parts; ++part) {
    const std::int64_t size = n / parts + (part < n % parts ? 1 : 0);
    body(first, size);
    first += size;
  }
}

/// Calls body(first, size) for panels of kTileColumns, of which the last may be cut.
template <class Scalar, class Body>
void for_panels(std::int64_t columns, const Body& body) {
  for (std::int64_t j = 0; j < columns; j += kTileColumns<Scalar>) {
    body(j, std::min(kTileColumns<Scalar>, columns - j));
  }
}

/// Copies B's block; returns its first panel, from which the others are `column` * kTileColumns away.
template <class Scalar>
Part<Scalar> pack_b(const Part<Scalar>& b, std::int64_t depth, std::int64_t columns, Scalar* block) {
  PanelStarts starts;
  std::size_t n = 0;
  for_panels<Scalar>(columns, [&](std::int64_t j, std::int64_t width) {
    starts[n++] = j;
    starts[n] = j + width;
  });
  pack<Scalar, static_cast<std::size_t>(kTileColumns<Scalar>)>({b.data,
                                                                b.column,
                                                                b.row,
                                                                {starts.data(), n + 1},
                                                                depth,
                                                                block,
                                                                kTileColumns<Scalar>,
                                                                (depth + 1) * kTileColumns<Scalar>});
  return {block, kTileColumns<Scalar>, depth + 1};
}

/// Copies A's block tile by tile; tiles are `a_tile` apart.
template <class Scalar>
void pack_a(const Part<Scalar>& a, std::int64_t rows, std::int64_t depth, std::int64_t a_tile,
            Scalar* block) {
  PanelStarts starts;
  std::size_t n = 0;
  for_parts(rows, kTileRows, [&](std::int64_t i, std::int64_t height) {
    starts[n++] = i;
    starts[n] = i + height;
  });
  pack<Scalar, kTileRows>(
      {a.data, a.row, a.column, {starts.data(), n + 1}, depth, block, kPackedRows, a_tile});
}

/// All rows of a block by one panel of B. `a_tile`: from a packed tile of A to the next; 0: not packed.
template <class Scalar>
void multiply_panel(Tile<Scalar> tile, std::int64_t rows, std::int64_t columns, std::int64_t a_tile) {
  const std::int64_t vectors = (columns + kLanes<Scalar> - 1) / kLanes<Scalar>;
  for_parts(rows, kTileRows, [&](std::int64_t /*first*/, std::int64_t height) {
    if (columns % kLanes<Scalar> == 0) {
      run_tile(tile, height, vectors);
    } else {
      run_cut_tile(tile, height, columns, vectors);
    }
    tile.a += a_tile != 0 ? a_tile : height * tile.a_row;
    tile.c += height * tile.c_row;
  });
}

}  // namespace

template <class Scalar>
void multiply(const MatrixProduct<Scalar>& product, Scalar keep) {
  alignas(kBufferAlignment) std::array<Scalar, kBlockOfB<Scalar>> b_block;
  alignas(kBufferAlignment) std::array<Scalar, kBlockOfA<Scalar>> a_block;
  const Packs packs = packs_of(product);
  const Part<Scalar> a{product.a, product.a_row, product.a_column};
  const Part<Scalar> b{product.b, product.b_row, product.b_column};
  for (std::int64_t j = 0; j < product.columns; j += kBlockColumns) {
    const std::int64_t columns = std::min(kBlockColumns, product.columns - j);
    for_parts(product.depth, kPanelDepth, [&](std::int64_t k, std::int64_t depth) {
      Part<Scalar> b_panels = b.from(k, j);
      if (packs.b) b_panels = pack_b(b_panels, depth, columns, b_block.data());
      const std::int64_t a_tile = packs.a ? depth * kPackedRows + kTileGap<Scalar> : 0;
      const std::int64_t block_rows = packs.a ? kBlockRows : product.rows;
      for (std::int64_t i = 0; i < product.rows; i += block_rows) {
        const std::int64_t rows = std::min(block_rows, product.rows - i);
        Part<Scalar> a_rows = a.from(i, k);
        if (packs.a) {
          pack_a(a_rows, rows, depth, a_tile, a_block.data());
          a_rows = {a_block.data(), 1, kPackedRows};
        }
        for_panels<Scalar>(columns, [&](std::int64_t panel, std::int64_t n) {
          const Tile<Scalar> tile{depth,
                                  a_rows.data,
                                  a_rows.row,
                                  a_rows.column,
                                  b_panels.from(0, panel).data,
                                  b_panels.row,
                                  product.c + i * product.c_row + j + panel,
                                  product.c_row,
                                  k == 0 ? keep : Scalar{1}};
          multiply_panel(tile, rows, n, a_tile);
        });
      }
    });
  }
}

template void multiply(const MatrixProduct<float>&, float);
template void multiply(const MatrixProduct<double>&, double);

}  // namespace trawl
