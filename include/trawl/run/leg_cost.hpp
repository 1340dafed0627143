#pragma once

#include "trawl/data/prepared_data.hpp"
#include "trawl/run/program.hpp"
#include "trawl/search/plan.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {

/// What the program predicts. `data`: nullptr where the job has none. It keeps what it needs.
LegCost leg_cost(const Program& program, const StudyDefinition& study, const PreparedData* data);

}  // namespace trawl
