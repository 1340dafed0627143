#pragma once

#include <cstdint>

#include "trawl/base/random.hpp"
#include "trawl/data/table.hpp"

namespace trawl {

constexpr std::int64_t kDigitWidth = 28;  // and height, in pixels

/// Grey images (0 background, 255 ink) of the digits 0 to 9, written with strokes of our own:
/// each with a random style, size, slant, rotation, place, pen, wobble, and noise.
/// Shapes: features [rows, 28 * 28], row-major images.
/// Row i depends on (key, i) alone: more rows leave the first ones as they are.
Table draw_digits(std::int64_t rows, StreamKey key);

/// The rows of the built-in data set `synthetic-digits`; training and test rows of one seed
/// have different keys.
Table draw_train_digits(std::int64_t rows, std::uint64_t seed);
Table draw_test_digits(std::int64_t rows, std::uint64_t seed);

}  // namespace trawl
