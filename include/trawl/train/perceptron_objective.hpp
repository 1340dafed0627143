#pragma once

#include <optional>

#include "trawl/data/prepared_data.hpp"
#include "trawl/study/definition.hpp"
#include "trawl/study/objective.hpp"

namespace trawl {

/// Trains the study's perceptron with the trial's parameters, until its last epoch or early stopping.
/// The objective is the metric, and the weights are the network's, of
///   at: best   the best epoch by that metric, the earliest of equals;
///   at: last   the epoch that early stopping restores, if it restores one; otherwise the last trained.
/// best_epoch says which. A loss that is not finite fails the trial, and so does a point with a
/// training_problem.
/// The data must outlive the objective. One thread.
class PerceptronObjective : public Objective {
 public:
  /// Throws DataError if there are no rows to train on or to validate with, ConfigError for a
  /// training_problem that all trials share.
  PerceptronObjective(StudyDefinition study, const PreparedData& data);
  std::optional<TrialOutcome> evaluate(const Trial& trial, TrialObserver& observer) override;

 private:
  StudyDefinition study_;
  const PreparedData& data_;
};

}  // namespace trawl
