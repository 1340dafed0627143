#pragma once

#include "trawl/search/plan.hpp"
#include "trawl/search/sampler.hpp"

namespace trawl {

/// Every trial of the shard that has not finished, in the order of their numbers, in one leg to its end.
/// No result decides anything, and no trial takes memory.
class FixedPlan : public Plan {
 public:
  /// Both must outlive it. Trials that finish later than this in `progress` are those that it has named.
  FixedPlan(std::int64_t repeats, const Sampler& sampler, const StudyProgress& progress);

  std::optional<Leg> next() override;
  void take(const LegResult& result) override;
  [[nodiscard]] Parameters point(std::int64_t point) const override { return sampler_.point(point); }
  [[nodiscard]] std::int64_t n_ready() const override { return n_ready_; }
  [[nodiscard]] bool is_over() const override { return n_ready_ == 0 && n_named_ == 0; }
  [[nodiscard]] bool decides() const override { return false; }

 private:
  std::int64_t repeats_;
  const Sampler& sampler_;
  const StudyProgress& progress_;
  TrialNumber cursor_ = 0;  // all below are finished or named
  std::int64_t n_ready_;
  std::int64_t n_named_ = 0;  // that have no result yet
};

}  // namespace trawl
