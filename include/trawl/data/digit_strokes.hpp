#pragma once

#include <cstddef>
#include <vector>

namespace trawl {

struct StrokePoint {
  float x = 0.0F;
  float y = 0.0F;
};

/// One movement of the pen through its points: straight lines, or a smooth curve
/// (Catmull-Rom spline). In the glyph's box: x from 0 (left) to 1, y from 0 (top) to 1.
struct Stroke {
  bool smooth = false;
  std::vector<StrokePoint> points;  // at least two
};
using Glyph = std::vector<Stroke>;

/// The ways to write `digit` (0 to 9); at least one.
const std::vector<Glyph>& glyphs_of(std::size_t digit);

/// The stroke as a chain of straight segments.
std::vector<StrokePoint> flatten(const Stroke& stroke);

}  // namespace trawl
