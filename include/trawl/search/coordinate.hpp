#pragma once

#include <cstdint>

#include "trawl/study/parameter.hpp"
#include "trawl/study/search_space.hpp"

namespace trawl {

/// A parameter as a number, for samplers that measure distances: floats and whole numbers as they are, or
/// their logarithms; choices by their places, between which there is no distance. Discrete numbers stand for
/// the interval half a step around them. All arithmetic is portable (see portable_math.hpp).
class Coordinate {
 public:
  explicit Coordinate(const Distribution& distribution);

  /// Choices: how many; 0: a number.
  [[nodiscard]] std::int64_t n_choices() const { return n_choices_; }
  /// Only one value is possible.
  [[nodiscard]] bool is_single() const { return is_single_; }
  /// Values stand for intervals.
  [[nodiscard]] bool is_discrete() const { return is_discrete_; }
  /// Of numbers: the bounds, half a step beyond the outermost values of discrete ones.
  [[nodiscard]] double low() const { return low_; }
  [[nodiscard]] double high() const { return high_; }

  /// Where a value of the distribution lies; a choice that is none of it: at 0.
  [[nodiscard]] double at(const ParameterValue& value) const;
  /// The value at a place from low to high, or the choice of this number.
  [[nodiscard]] ParameterValue value(double place) const;

  /// What a discrete place stands for.
  struct Interval {
    double low = 0.0;
    double high = 0.0;
  };
  [[nodiscard]] Interval around(double place) const;

 private:
  Distribution distribution_;
  std::int64_t n_choices_ = 0;
  bool is_single_ = false;
  bool is_discrete_ = false;
  bool is_log_ = false;
  double step_ = 1.0;   // of discrete ones
  std::int64_t n_ = 1;  // their values
  double low_ = 0.0;
  double high_ = 0.0;
};

}  // namespace trawl
