// Says which learning rate an update has.
#include "trawl/nn/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace trawl {

double Schedule::at(std::int64_t t) const {
  const auto time = static_cast<double>(t);
  const auto span = static_cast<double>(updates);
  switch (kind) {
    case Kind::constant: return initial;
    case Kind::inverse_time: return initial / (1.0 + decay * time);
    case Kind::exponential: return initial * std::pow(rate, time / span);
    case Kind::step: return initial * std::pow(rate, std::floor(time / span));
    case Kind::cosine: break;
  }
  const double fraction = std::min(time, span) / span;
  return initial * (floor + (1.0 - floor) * 0.5 * (1.0 + std::cos(std::numbers::pi * fraction)));
}

}  // namespace trawl
