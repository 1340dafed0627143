#pragma once

#include <cstdint>
#include <vector>

#include "trawl/study/leg.hpp"

namespace trawl {

/// What an earlier run found out, for a plan that goes on from there: the results of legs, whatever the order
/// in which they came. Of several results of one leg a failure stays: a decision was taken by it.
class KnownLegs {
 public:
  KnownLegs() = default;
  explicit KnownLegs(std::vector<LegResult> results);

  [[nodiscard]] bool empty() const { return results_.empty(); }
  /// The result of the trial's leg that was to end there (see kToTheEnd); nullptr: none is known.
  [[nodiscard]] const LegResult* find(TrialNumber trial, std::int64_t until_epoch) const;
  /// The highest number of which something is known. Requires that something is.
  [[nodiscard]] TrialNumber last_trial() const { return results_.back().trial; }

 private:
  std::vector<LegResult> results_;  // by trial, then by until_epoch
};

}  // namespace trawl
