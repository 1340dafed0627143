#pragma once

#include <string>
#include <vector>

#include "trawl/config/keys.hpp"

namespace trawl {

/// The section of job files with the fixed values of a custom program's parameters.
constexpr const char* kCustomSection = "parameters";

/// A parameter of a program with an objective of its own. Job files fix it under `parameters` or search it
/// under `search`, by this name.
struct ParameterDeclaration {
  std::string name;
  ValueRule rule;          ///< real_...() gives a double, integer_between() an int64, one_of() a string
  ParameterValue initial;  ///< where a job neither fixes nor searches it; of the rule's type
};

/// What such a program declares of its parameters.
using ParameterTable = std::vector<ParameterDeclaration>;

/// The keys of its job files: those of trawl without the perceptron's (model, training), and with `program`,
/// `parameters` and its metrics, the first of which that has a direction is the default.
/// Throws ConfigError for an initial value that its rule does not allow. Requires names, no two parameters of
/// one, at least one metric with a direction, and only the kinds of rules that ParameterDeclaration knows.
KeyTable custom_keys(const std::string& program, const ParameterTable& parameters,
                     const MetricTable& metrics);

}  // namespace trawl
