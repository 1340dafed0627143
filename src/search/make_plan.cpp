// Which plan a study goes by.
#include "trawl/search/make_plan.hpp"

#include <utility>

#include "trawl/base/error.hpp"
#include "trawl/search/bracket_plan.hpp"

namespace trawl {

std::unique_ptr<Plan> make_plan(const StudyDefinition& study, const Sampler& sampler, KnownLegs known) {
  TRAWL_CHECK(study.pruner.prunes(), "a study without a pruner");
  return std::make_unique<BracketPlan>(sampler, study.pruner, study.search.repeats, study.objective.direction,
                                       std::move(known));
}

}  // namespace trawl
