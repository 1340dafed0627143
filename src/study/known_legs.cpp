// What is known of legs, found by trial and end.
#include "trawl/study/known_legs.hpp"

#include <algorithm>
#include <utility>

namespace trawl {
namespace {

auto leg_of(const LegResult& result) { return std::pair(result.trial, result.until_epoch); }

}  // namespace

KnownLegs::KnownLegs(std::vector<LegResult> results) : results_(std::move(results)) {
  const auto is_failed = [](const LegResult& result) { return result.state == TrialState::failed; };
  std::stable_sort(results_.begin(), results_.end(), [&](const LegResult& a, const LegResult& b) {
    return std::pair(leg_of(a), !is_failed(a)) < std::pair(leg_of(b), !is_failed(b));
  });
  const auto is_same = [](const LegResult& a, const LegResult& b) { return leg_of(a) == leg_of(b); };
  results_.erase(std::unique(results_.begin(), results_.end(), is_same), results_.end());
}

const LegResult* KnownLegs::find(TrialNumber trial, std::int64_t until_epoch) const {
  const auto leg = std::pair(trial, until_epoch);
  const auto found =
      std::lower_bound(results_.begin(), results_.end(), leg,
                       [](const LegResult& result, const auto& b) { return leg_of(result) < b; });
  return found != results_.end() && leg_of(*found) == leg ? &*found : nullptr;
}

}  // namespace trawl
