#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "trawl/search/adaptive_sampler.hpp"
#include "trawl/search/history.hpp"
#include "trawl/search/plan.hpp"
#include "trawl/search/pruner.hpp"
#include "trawl/study/definition.hpp"
#include "trawl/study/progress.hpp"

namespace trawl {

/// A search that learns, played on an imaginary cluster: `search.max_concurrent_trials` slots, whose clocks
/// count predicted cost. What the slots decide is trained by real workers, in whatever order; a slot's next
/// decision waits until the real results of all that has ended before it in virtual time are there
/// (conservative simulation: K. M. Chandy and J. Misra, "Distributed simulation", 1979). So samplers and
/// pruners may look at whatever is there, as if they had the cluster for themselves, and still give the same
/// answer on any real one.
///
/// A decision takes a slot: a point goes on, as the pruner says, or a new one is proposed; with repeats the
/// slot has a leg of each, and is free when the costliest would be. A leg counts with its whole cost, also
/// where it fails or its trial ends by itself before; a trial that has ended has its value at all later
/// epochs at once. Virtual ends that are equal go by the order of the decisions.
///
/// How many points there may be ends the new ones, and nothing else: so a longer search begins as a shorter
/// one did. When nothing goes on and no point is complete, the best so far goes on to its end.
class Timetable : public Plan {
 public:
  /// `sampler` and `pruner` decide; without a pruner all points are trained to their end. Of points that
  /// `progress` knows the parameters are taken from there.
  Timetable(const StudyDefinition& study, std::unique_ptr<AdaptiveSampler> sampler,
            std::unique_ptr<Pruner> pruner, LegCost cost, const StudyProgress& progress);

  std::optional<Leg> next() override;
  void take(const LegResult& result) override;
  [[nodiscard]] Parameters point(std::int64_t point) const override;
  [[nodiscard]] std::int64_t n_ready() const override { return n_ready_; }
  [[nodiscard]] bool is_over() const override { return slots_.empty(); }
  [[nodiscard]] bool decides() const override { return true; }
  [[nodiscard]] std::optional<LegPlanned> origin_of(const Leg& leg) const override;

 private:
  using Key = std::pair<double, std::int64_t>;  // the virtual end, then the number of the decision
  struct Repeat {
    bool has_result = false;
    bool has_ended = false;
    bool has_failed = false;
    double value = kNan;
  };
  /// A point between its start and its end.
  struct Open {
    std::vector<Repeat> repeats;
    std::int64_t from_epoch = 0;
    std::int64_t until_epoch = kToTheEnd;
    double begin = 0.0;
    Key key;
  };
  struct Slot {
    std::int64_t point = 0;
    std::vector<std::int64_t> to_name;  // repeats, the last one first
    std::int64_t n_missing = 0;
  };
  struct Origin {
    const char* by = "";
    std::int64_t n_known = 0;
  };

  void pass_events();
  void settle(std::int64_t point);
  void fill();
  bool decide();
  bool promote(const Promotion& promotion);
  void begin(std::int64_t point, std::int64_t until_epoch);
  void propose();
  [[nodiscard]] double value_of(const Open& open) const;

  std::int64_t repeats_;
  std::int64_t n_points_;
  std::int64_t n_slots_;
  std::unique_ptr<AdaptiveSampler> sampler_;
  std::unique_ptr<Pruner> pruner_;
  LegCost cost_;
  const StudyProgress& progress_;
  History history_;
  std::vector<Origin> origins_;  // by point
  std::map<std::int64_t, Open> open_;
  std::map<Key, Slot> slots_;  // that are taken
  std::set<Key> ready_;        // those with a leg that next() can name
  std::int64_t n_ready_ = 0;
  std::int64_t n_decisions_ = 0;
  bool any_complete_ = false;
  double now_ = 0.0;  // the virtual time of the last event that was decided by
};

}  // namespace trawl
