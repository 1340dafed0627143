#pragma once

namespace trawl {

/// Waiting without burning a core: sleeps 20 us at first, twice as long each time, up to
/// 5 ms. With that cap an idle master was measured at about 1 % of a core. A signal ends a
/// sleep early.
class Backoff {
 public:
  /// Asks the kernel to wake this thread up to the microsecond.
  Backoff();
  /// Something happened: the next sleep is the shortest.
  void reset();
  void wait();
  /// How long the next wait() sleeps.
  [[nodiscard]] double next_seconds() const { return seconds_; }

 private:
  static constexpr double kShortest = 20e-6;
  static constexpr double kLongest = 5e-3;
  double seconds_ = kShortest;
};

}  // namespace trawl
