#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "trawl/search/sampler.hpp"
#include "trawl/study/definition.hpp"
#include "trawl/study/leg.hpp"
#include "trawl/study/progress.hpp"
#include "trawl/study/trial_store.hpp"

namespace trawl {

/// What training the point between two epochs is predicted to cost; see ProgramDeclaration::cost.
using LegCost =
    std::function<double(const Parameters& point, std::int64_t from_epoch, std::int64_t until_epoch)>;

/// Decides which leg of which trial is trained next, from the results of legs alone: no time, no rank, no
/// attempt and no order of arrival reaches it. Whatever the order in which the results of its legs are told,
/// it names the same legs in the end, each of them once.
///
/// A plan is made anew at every start. It may leave out what earlier runs have finished; of a leg that it
/// names once more, and whose result is known, the result is told to it at once: so it takes its decisions
/// again.
class Plan {
 public:
  virtual ~Plan() = default;

  /// Names a leg that may be trained now. Empty: there is none, until the result of a named one is told, or
  /// none at all any more.
  virtual std::optional<Leg> next() = 0;
  /// The result of a leg that next() named. Each is told once.
  virtual void take(const LegResult& result) = 0;
  /// The parameters of a point of which it has named a leg: for one that is tried again.
  [[nodiscard]] virtual Parameters point(std::int64_t point) const = 0;

  /// How many legs next() could name now, at least, without another result: for sharing out the last ones.
  [[nodiscard]] virtual std::int64_t n_ready() const = 0;
  /// Every leg that there is has its result.
  [[nodiscard]] virtual bool is_over() const = 0;
  /// Whether a result may decide which legs there are.
  [[nodiscard]] virtual bool decides() const = 0;
  /// Where a leg comes from that next() has named and that has no result yet. Empty: there is nothing to
  /// tell.
  [[nodiscard]] virtual std::optional<LegPlanned> origin_of(const Leg& /*leg*/) const { return std::nullopt; }
};

/// What the plan of such a study has to know of what earlier runs did.
StudyProgress::Keep what_to_keep(const StudyDefinition& study);

/// The plan that the study names. `sampler` and `progress`, what earlier runs know, must outlive it. `cost`:
/// for a timetable; empty: all legs cost the same.
std::unique_ptr<Plan> make_plan(const StudyDefinition& study, const Sampler& sampler,
                                const StudyProgress& progress, LegCost cost = {});

}  // namespace trawl
