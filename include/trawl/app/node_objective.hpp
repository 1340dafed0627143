#pragma once

#include <memory>
#include <optional>
#include <string>

#include "trawl/app/program.hpp"

namespace trawl {

/// A program's objective with the data that it evaluates on: what the launcher's process holds.
class NodeObjective : public Objective {
 public:
  /// `data_path`: the prepared file; "" where the study has no data.
  NodeObjective(const Program& program, const StudyDefinition& study, const std::string& data_path);
  /// Trials are handed on with the parameters that the study has fixed. Measures the time where the objective
  /// has not.
  std::optional<TrialOutcome> evaluate(const Trial& trial, TrialObserver& observer) override;

 private:
  Parameters fixed_;
  std::optional<PreparedData> data_;
  std::unique_ptr<Objective> inner_;
};

}  // namespace trawl
