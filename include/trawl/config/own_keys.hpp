#pragma once

#include <string>
#include <vector>

#include "trawl/config/keys.hpp"

namespace trawl {

/// The section of job files with the fixed values of a program's own parameters.
constexpr const char* kOwnSection = "parameters";

/// A parameter of a program with an objective of its own. Job files fix it under `parameters` or search it
/// under `search`, by this name.
struct OwnParameter {
  std::string name;
  ValueRule rule;          ///< real_...() gives a double, integer_between() an int64, one_of() a string
  ParameterValue initial;  ///< where a job neither fixes nor searches it; of the rule's type
};

/// What such a program may return as a trial's objective; the job names one of them.
struct OwnMetric {
  std::string name;     ///< "error"
  Direction direction;  ///< what is better, unless the job says otherwise
};

/// The keys of its job files: those of trawl without the perceptron's (model, training, objective.at), and
/// with `program`, `parameters` and the metrics (the first is the default).
/// Throws ConfigError for an initial value that its rule does not allow. Requires names, no two parameters of
/// one, at least one metric, and only the kinds of rules that OwnParameter knows.
KeyTable own_keys(const std::string& program, const std::vector<OwnParameter>& parameters,
                  const std::vector<OwnMetric>& metrics);

}  // namespace trawl
