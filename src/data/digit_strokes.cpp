// Says how a hand writes the digits.
#include "trawl/data/digit_strokes.hpp"

#include <algorithm>
#include <array>

namespace trawl {
namespace {

Stroke line(std::vector<StrokePoint> points) { return {false, std::move(points)}; }
Stroke curve(std::vector<StrokePoint> points) { return {true, std::move(points)}; }

using Styles = std::array<std::vector<Glyph>, 10>;

std::vector<Glyph> zero_styles() {
  return {
      {curve({{.50F, .00F},
              {.22F, .20F},
              {.15F, .55F},
              {.30F, .93F},
              {.55F, 1.0F},
              {.80F, .78F},
              {.84F, .40F},
              {.72F, .08F},
              {.50F, .00F}})},
      {curve({{.62F, .06F},
              {.35F, .04F},
              {.20F, .35F},
              {.22F, .75F},
              {.48F, 1.0F},
              {.75F, .72F},
              {.76F, .30F},
              {.58F, .03F},
              {.40F, .12F}})},
  };
}

std::vector<Glyph> one_styles() {
  return {
      {line({{.52F, .00F}, {.50F, 1.0F}})},
      {line({{.28F, .26F}, {.54F, .00F}, {.54F, 1.0F}})},
      {line({{.30F, .22F}, {.53F, .00F}, {.52F, 1.0F}}), line({{.25F, 1.0F}, {.78F, 1.0F}})},
  };
}

std::vector<Glyph> two_styles() {
  return {
      {curve({{.18F, .25F}, {.35F, .03F}, {.68F, .04F}, {.80F, .28F}, {.55F, .62F}, {.16F, 1.0F}}),
       line({{.16F, 1.0F}, {.86F, .98F}})},
      {curve({{.20F, .20F},
              {.48F, .00F},
              {.80F, .24F},
              {.55F, .68F},
              {.24F, .96F},
              {.12F, .86F},
              {.30F, .78F},
              {.58F, .96F},
              {.88F, .90F}})},
  };
}

std::vector<Glyph> three_styles() {
  return {
      {curve({{.20F, .12F}, {.50F, .00F}, {.78F, .20F}, {.64F, .42F}, {.40F, .48F}}),
       curve({{.40F, .48F}, {.72F, .55F}, {.83F, .78F}, {.55F, 1.0F}, {.17F, .88F}})},
      {line({{.20F, .02F}, {.76F, .00F}, {.44F, .40F}}),
       curve({{.44F, .40F}, {.76F, .50F}, {.82F, .80F}, {.50F, 1.0F}, {.18F, .90F}})},
  };
}

std::vector<Glyph> four_styles() {
  return {
      {line({{.26F, .00F}, {.16F, .56F}, {.86F, .54F}}), line({{.66F, .14F}, {.62F, 1.0F}})},
      {line({{.64F, 1.0F}, {.66F, .00F}, {.12F, .66F}, {.90F, .66F}})},
      {curve({{.24F, .04F}, {.17F, .40F}, {.40F, .56F}, {.74F, .44F}}), line({{.76F, .04F}, {.70F, 1.0F}})},
  };
}

std::vector<Glyph> five_styles() {
  return {
      {line({{.80F, .00F}, {.30F, .02F}, {.24F, .42F}}),
       curve({{.24F, .42F}, {.55F, .34F}, {.82F, .62F}, {.60F, .97F}, {.17F, .90F}})},
      {curve({{.84F, .04F},
              {.42F, .06F},
              {.27F, .28F},
              {.44F, .46F},
              {.74F, .60F},
              {.66F, .92F},
              {.36F, 1.0F},
              {.16F, .86F}})},
  };
}

std::vector<Glyph> six_styles() {
  return {
      {curve({{.70F, .02F},
              {.36F, .24F},
              {.19F, .64F},
              {.38F, .98F},
              {.74F, .88F},
              {.74F, .58F},
              {.46F, .50F},
              {.22F, .70F}})},
      {curve({{.50F, .00F},
              {.28F, .40F},
              {.24F, .78F},
              {.46F, 1.0F},
              {.72F, .82F},
              {.58F, .60F},
              {.27F, .74F}})},
  };
}

std::vector<Glyph> seven_styles() {
  return {
      {line({{.15F, .02F}, {.82F, .00F}, {.40F, 1.0F}})},
      {line({{.15F, .02F}, {.82F, .00F}, {.42F, 1.0F}}), line({{.32F, .52F}, {.78F, .50F}})},
      {line({{.18F, .16F}, {.20F, .03F}}),
       curve({{.20F, .03F}, {.50F, .06F}, {.82F, .01F}, {.58F, .42F}, {.46F, 1.0F}})},
  };
}

std::vector<Glyph> eight_styles() {
  return {
      {curve({{.50F, .47F},
              {.22F, .26F},
              {.50F, .00F},
              {.78F, .24F},
              {.50F, .47F},
              {.18F, .76F},
              {.50F, 1.0F},
              {.82F, .76F},
              {.50F, .47F}})},
      {curve({{.78F, .12F},
              {.50F, .00F},
              {.24F, .22F},
              {.48F, .46F},
              {.76F, .74F},
              {.52F, 1.0F},
              {.22F, .78F},
              {.48F, .48F},
              {.80F, .12F}})},
  };
}

std::vector<Glyph> nine_styles() {
  return {
      {curve({{.76F, .20F}, {.52F, .01F}, {.22F, .24F}, {.42F, .50F}, {.74F, .32F}}),
       line({{.77F, .14F}, {.72F, .60F}, {.62F, 1.0F}})},
      {curve({{.76F, .22F},
              {.50F, .01F},
              {.24F, .26F},
              {.46F, .48F},
              {.76F, .24F},
              {.76F, .64F},
              {.56F, 1.0F},
              {.24F, .90F}})},
  };
}

/// The spline between b and c at t in [0, 1]; a and d are their neighbours.
/// Catmull and Rom, "A class of local interpolating splines" (1974), tension 1/2.
float catmull_rom(float a, float b, float c, float d, float t) {
  return b + 0.5F * t * (c - a + t * (2.0F * a - 5.0F * b + 4.0F * c - d + t * (3.0F * (b - c) + d - a)));
}

}  // namespace

const std::vector<Glyph>& glyphs_of(std::size_t digit) {
  static const Styles kStyles = {zero_styles(), one_styles(), two_styles(),   three_styles(), four_styles(),
                                 five_styles(), six_styles(), seven_styles(), eight_styles(), nine_styles()};
  return kStyles.at(digit);
}

std::vector<StrokePoint> flatten(const Stroke& stroke) {
  if (!stroke.smooth) return stroke.points;
  constexpr std::size_t kPieces = 5;  // a span of 8 pixels bends by less than a quarter of a pixel in each
  const std::vector<StrokePoint>& p = stroke.points;
  std::vector<StrokePoint> chain = {p.front()};
  for (std::size_t i = 0; i + 1 < p.size(); ++i) {
    const StrokePoint& a = p[i == 0 ? 0 : i - 1];
    const StrokePoint& d = p[std::min(i + 2, p.size() - 1)];
    for (std::size_t k = 1; k <= kPieces; ++k) {
      const float t = static_cast<float>(k) / kPieces;
      chain.push_back(
          {catmull_rom(a.x, p[i].x, p[i + 1].x, d.x, t), catmull_rom(a.y, p[i].y, p[i + 1].y, d.y, t)});
    }
  }
  return chain;
}

}  // namespace trawl
