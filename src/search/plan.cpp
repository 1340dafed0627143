// Decides which leg of which trial is trained next.
#include "trawl/search/plan.hpp"

#include "trawl/search/bracket_plan.hpp"
#include "trawl/search/fixed_plan.hpp"

namespace trawl {

// All points are known beforehand; a pruner alone decides, how far each is trained.
bool decides(const StudyDefinition& study) { return study.pruner.prunes(); }

std::unique_ptr<Plan> make_plan(const StudyDefinition& study, const Sampler& sampler,
                                const StudyProgress& progress) {
  if (study.pruner.prunes()) {
    return std::make_unique<BracketPlan>(sampler, study.pruner, study.search.repeats,
                                         study.objective.direction);
  }
  return std::make_unique<FixedPlan>(study.search.repeats, sampler, progress);
}

}  // namespace trawl
