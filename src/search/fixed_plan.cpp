// Trains every trial to its end, in the order of their numbers.
#include "trawl/search/fixed_plan.hpp"

namespace trawl {

FixedPlan::FixedPlan(std::int64_t repeats, const Sampler& sampler, const StudyProgress& progress)
    : repeats_(repeats), sampler_(sampler), progress_(progress), n_ready_(progress.n_unfinished()) {}

std::optional<Leg> FixedPlan::next() {
  while (cursor_ < progress_.n_trials() &&
         (progress_.is_finished(cursor_) || !progress_.is_in_shard(cursor_)))
    ++cursor_;
  if (cursor_ == progress_.n_trials()) return std::nullopt;
  --n_ready_;
  ++n_named_;
  const std::int64_t point = cursor_ / repeats_;
  const std::int64_t repeat = cursor_ % repeats_;
  return Leg{{cursor_++, point, repeat, sampler_.point(point)}, 0, kToTheEnd};
}

void FixedPlan::take(const LegResult& /*result*/) { --n_named_; }

}  // namespace trawl
