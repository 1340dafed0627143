#pragma once

#include <memory>
#include <optional>
#include <string>

#include "trawl/run/program.hpp"

namespace trawl {

/// A program's objective with the data that it evaluates on: what the launcher's process holds.
class NodeObjective : public Objective {
 public:
  /// `data_path`: the prepared file; "" where the study has no data.
  NodeObjective(const Program& program, const StudyDefinition& study, const std::string& data_path);
  /// Trials are handed on with the parameters that the study has fixed. Measures the time where the objective
  /// has not, and takes from its curve the value that it left out. Throws DataError where that is not what
  /// the program declares.
  std::optional<TrialOutcome> evaluate(const Trial& trial, TrialObserver& observer) override;

 private:
  std::optional<TrialOutcome> evaluate_custom(const Trial& trial, TrialObserver& observer);

  StudyDefinition study_;
  std::optional<PreparedData> data_;
  std::unique_ptr<Objective> inner_;
};

}  // namespace trawl
