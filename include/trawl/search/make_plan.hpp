#pragma once

#include <memory>

#include "trawl/search/plan.hpp"
#include "trawl/search/sampler.hpp"
#include "trawl/study/definition.hpp"
#include "trawl/study/known_legs.hpp"

namespace trawl {

/// The plan of a study whose pruner decides, from what is known of its legs on. `sampler` outlives it.
/// Requires study.pruner.prunes().
std::unique_ptr<Plan> make_plan(const StudyDefinition& study, const Sampler& sampler, KnownLegs known);

}  // namespace trawl
