// Decides which leg of which trial is trained next.
#include "trawl/search/plan.hpp"

#include <utility>

#include "trawl/search/bracket_plan.hpp"
#include "trawl/search/fixed_plan.hpp"
#include "trawl/search/pruner_kind.hpp"
#include "trawl/search/sampler_kind.hpp"
#include "trawl/search/timetable.hpp"

namespace trawl {
namespace {

/// The points of a sampler that knows them beforehand, for a plan that asks for one after the other.
class KnownPoints : public AdaptiveSampler {
 public:
  KnownPoints(const Sampler& sampler, const char* word, std::size_t n_enqueued)
      : sampler_(sampler), word_(word), n_enqueued_(n_enqueued) {}

  [[nodiscard]] Proposal propose(const History& history) const override {
    const bool is_enqueued = history.points().size() < n_enqueued_;
    return {sampler_.point(history.size()), is_enqueued ? kEnqueued : word_, 0};
  }

 private:
  const Sampler& sampler_;
  const char* word_;
  std::size_t n_enqueued_;
};

std::unique_ptr<Plan> make_timetable(const StudyDefinition& study, const Sampler& sampler,
                                     const StudyProgress& progress, LegCost cost) {
  const SearchDefinition& search = study.search;
  const SamplerKind& kind = sampler_kind(search);
  std::unique_ptr<AdaptiveSampler> adaptive =
      kind.make_adaptive != nullptr
          ? kind.make_adaptive(search)
          : std::make_unique<KnownPoints>(sampler, kind.word, search.enqueued.size());
  std::unique_ptr<Pruner> pruner;
  if (study.pruner.prunes()) pruner = pruner_kind(study.pruner).make(study.pruner, study.objective.direction);
  return std::make_unique<Timetable>(study, std::move(adaptive), std::move(pruner), std::move(cost),
                                     progress);
}

}  // namespace

StudyProgress::Keep what_to_keep(const StudyDefinition& study) {
  if (study.has_timetable()) return StudyProgress::Keep::proposals;
  return study.pruner.prunes() ? StudyProgress::Keep::results : StudyProgress::Keep::ends;
}

std::unique_ptr<Plan> make_plan(const StudyDefinition& study, const Sampler& sampler,
                                const StudyProgress& progress, LegCost cost) {
  if (study.has_timetable()) return make_timetable(study, sampler, progress, std::move(cost));
  if (study.pruner.prunes()) {
    return std::make_unique<BracketPlan>(sampler, study.pruner, study.search.repeats,
                                         study.objective.direction);
  }
  return std::make_unique<FixedPlan>(study.search.repeats, sampler, progress);
}

}  // namespace trawl
