// Decides on a timetable how far points are trained, by their values.
#pragma once

#include <cstdint>
#include <optional>

#include "trawl/study/leg.hpp"

namespace trawl {

/// Where a point goes on, and until which epoch: kToTheEnd, or where it is compared next.
struct Promotion {
  std::int64_t point = 0;
  std::int64_t until_epoch = kToTheEnd;
};

/// Decides how far each point is trained. It is told the values in the order of the timetable's events, so it
/// may depend on their order.
class Pruner {
 public:
  Pruner() = default;
  Pruner(const Pruner&) = delete;
  Pruner& operator=(const Pruner&) = delete;
  virtual ~Pruner() = default;

  /// Until which epoch a new point is trained.
  [[nodiscard]] virtual std::int64_t first_epoch(std::int64_t point) const = 0;
  /// The value of a point at an epoch where it is compared, or at its end. NaN: it has failed, or is not a
  /// number; it never goes on.
  virtual void take(std::int64_t point, std::int64_t epoch, double value) = 0;
  /// The point that goes on next. Empty: none does, until another value is there.
  virtual std::optional<Promotion> next() = 0;
  /// Once all points have their values and none goes on: the one that does so that not all are left half
  /// trained. Empty: none can.
  virtual std::optional<Promotion> next_of_last() = 0;
};

}  // namespace trawl
