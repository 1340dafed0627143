#include "trawl/search/plan.hpp"

#include "trawl/search/fixed_plan.hpp"

namespace trawl {

// Random, grid and list: the points depend on no result, and each is trained to its end.
bool decides(const StudyDefinition& /*study*/) { return false; }

std::unique_ptr<Plan> make_plan(const StudyDefinition& study, const Sampler& sampler,
                                const StudyProgress& progress) {
  return std::make_unique<FixedPlan>(study.search.repeats, sampler, progress);
}

}  // namespace trawl
