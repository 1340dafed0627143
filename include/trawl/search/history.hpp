// Holds the points of a study with their results so far.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "trawl/base/error.hpp"
#include "trawl/study/metric.hpp"
#include "trawl/study/parameter.hpp"
#include "trawl/study/trial.hpp"

namespace trawl {

/// What a decision may see of a point.
struct KnownPoint {
  /// pending: proposed, and no leg of it has a result. partial: it has a value, not at its end. failed: a
  /// repeat of it has failed; it has no value.
  enum class State : std::uint8_t { pending, partial, complete, failed };
  Parameters parameters;  ///< the active ones
  State state = State::pending;
  std::int64_t epoch = 0;  ///< partial: so many are trained
  double value = kNan;     ///< the mean over its repeats, at that epoch or at its end; NaN: not a number
};

/// The points of a study that a plan has named, by their numbers, with the results it has taken: all that a
/// proposal may depend on. Filled by the plan, in the order of its virtual time.
class History {
 public:
  explicit History(Direction direction) : direction_(direction) {}

  /// The next point.
  void add(Parameters parameters) { points_.push_back({std::move(parameters)}); }
  void take(std::int64_t point, KnownPoint::State state, std::int64_t epoch, double value) {
    TRAWL_CHECK(point >= 0 && point < size() && state != KnownPoint::State::pending, "point {} of {}", point,
                size());
    KnownPoint& known = points_[static_cast<std::size_t>(point)];
    if (known.state == KnownPoint::State::pending) ++n_results_;
    known.state = state;
    known.epoch = epoch;
    known.value = value;
  }

  [[nodiscard]] Direction direction() const { return direction_; }
  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(points_.size()); }
  /// Points that are not pending.
  [[nodiscard]] std::int64_t n_results() const { return n_results_; }
  [[nodiscard]] const std::vector<KnownPoint>& points() const { return points_; }

 private:
  Direction direction_;
  std::vector<KnownPoint> points_;
  std::int64_t n_results_ = 0;
};

}  // namespace trawl
