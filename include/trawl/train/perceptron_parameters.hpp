#pragma once

#include "trawl/study/definition.hpp"
#include "trawl/study/program_declaration.hpp"
#include "trawl/train/trial_definition.hpp"

namespace trawl {

/// The perceptron's parameters. Their initial values are those of a TrialDefinition.
const ParameterTable& perceptron_parameters();

/// The study's model and training, with the point's parameters set. The values were checked when the job file
/// was read: an unknown name or a value of another type is our fault. A whole number is taken for a float,
/// "all" for batch_size is kWholeBatch, "off" for early_stopping none, and kPointName is passed over.
TrialDefinition trial_definition(const StudyDefinition& study, const Parameters& point);

/// The other way round: the values of all parameters, in the order of the table.
Parameters parameters_of(const TrialDefinition& definition);

}  // namespace trawl
