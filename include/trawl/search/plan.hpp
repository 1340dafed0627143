#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "trawl/study/leg.hpp"

namespace trawl {

/// Decides which leg of which trial is trained next, from the results of legs alone: no time, no rank, no
/// attempt and no order of arrival reaches it. Whatever the order in which the results of its legs are told,
/// it names the same legs in the end, each of them once.
///
/// What an earlier run knows is told to its constructor: it names no leg again that has a result.
class Plan {
 public:
  virtual ~Plan() = default;

  /// Names a leg that may be trained now. Empty: there is none, until the result of a named one is told, or
  /// none at all any more.
  virtual std::optional<Leg> next() = 0;
  /// The result of a leg that next() named. Each is told once.
  virtual void take(const LegResult& result) = 0;

  /// How many legs next() could name now, at least: for sharing out the last ones.
  [[nodiscard]] virtual std::int64_t n_ready() const = 0;
  /// Every leg that there is has its result.
  [[nodiscard]] virtual bool is_over() const = 0;
  /// Whether a result may decide which legs there are.
  [[nodiscard]] virtual bool decides() const = 0;
};

}  // namespace trawl
