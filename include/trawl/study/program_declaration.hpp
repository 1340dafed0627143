// Holds what a program says of its parameters, its metrics and its jobs.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "trawl/study/definition.hpp"
#include "trawl/study/value_rule.hpp"

namespace trawl {

/// The section of job files with the fixed values of a program's parameters, where it names no other.
constexpr const char* kParameterSection = "parameters";

/// A word of another parameter that must be chosen: "optimizer", {"momentum", "nesterov"}.
struct ParameterUse {
  std::string name;
  std::vector<std::string> words;
};

/// A parameter of a program. Job files fix it in its section or search it under `search`, by this name.
struct ParameterDeclaration {
  std::string name;
  ValueRule rule;  ///< one that is_for_parameters()
  ParameterValue initial =
      {};  ///< where a job neither fixes nor searches it; as read_value() gives it in `config`
  std::string meaning = {};                    ///< for the table of keys
  std::string section = kParameterSection;     ///< the sections of a table are not mixed
  std::optional<ParameterUse> only_with = {};  ///< without it the parameter has no effect, and `check` warns
  bool is_later = false;                       ///< see JobKey::is_later in `config`
};

/// What a program declares of its parameters, in the order of the resolved job.
using ParameterTable = std::vector<ParameterDeclaration>;

/// Parameters whose values may contradict each other.
struct ParameterConstraint {
  std::vector<std::string> names;  ///< the last is the one that messages point at
  /// What is wrong with these values of them; "": nothing. Of a number between bounds, and of whole numbers
  /// that no condition names, one is tried for all.
  std::function<std::string(const Parameters& values)> problem;
};

/// What the cost of a training may depend on beside its parameters; zeros where a job has no data.
struct DataShape {
  std::int64_t train_rows = 0;
  std::int64_t features = 0;
  std::int64_t classes = 0;
};

/// All that reading its jobs takes to know of a program.
struct ProgramDeclaration {
  std::string name;  ///< "": trawl, which trains perceptrons
  ParameterTable parameters;
  MetricTable metrics;
  std::string metric = {};  ///< what ranks trials where a job does not say; "": the first that can
  std::vector<ParameterConstraint> constraints = {};
  /// The parameter that says how many epochs a trial has; "": none, so that a pruner has to be told.
  std::string epochs = {};
  /// What an epoch of a trial with these parameters (all of them, searched or not) is predicted to cost, in
  /// units of one's own: where searches learn, what is short counts as done before what is long. Counted, not
  /// measured: above 0, and the same for the same arguments. A wrong one costs time, and nothing else. Empty:
  /// all epochs cost the same.
  std::function<double(const Parameters& parameters, const DataShape& data)> cost = {};
  /// What a job may say, but hardly means.
  std::function<std::vector<std::string>(const StudyDefinition& study)> warnings = {};
  /// The same, once it is known on how many rows trials are validated.
  std::function<std::vector<std::string>(const StudyDefinition& study, std::int64_t validation_rows)>
      data_warnings = {};
  /// Keys at the top of other programs' jobs, and why they are none here: {"model", "is for ..."}.
  std::map<std::string, std::string> others_keys = {};
};

}  // namespace trawl
