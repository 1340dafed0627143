#pragma once

#include <cstdint>

namespace trawl {

/// The learning rate of update t, 0-based, from the initial rate η:
///   constant      η
///   inverse_time  η / (1 + decay t)                 Keras 2's `decay`
///   exponential   η · rate^(t / updates)            keras ExponentialDecay
///   step          η · rate^floor(t / updates)       the same, staircase=True
///   cosine        η · (floor + (1 - floor)(1 + cos(π min(t, updates) / updates)) / 2)
///                 keras CosineDecay, alpha = floor; Loshchilov and Hutter, ICLR 2017
/// updates > 0 for the last three.
struct Schedule {
  enum class Kind : std::uint8_t { constant, inverse_time, exponential, step, cosine };
  Kind kind = Kind::constant;
  double initial = 0.01;
  double decay = 0.0;
  double rate = 1.0;
  double floor = 0.0;
  std::int64_t updates = 1;

  [[nodiscard]] double at(std::int64_t t) const;
};

}  // namespace trawl
