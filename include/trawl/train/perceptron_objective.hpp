#pragma once

#include <optional>

#include "trawl/data/prepared_data.hpp"
#include "trawl/study/definition.hpp"
#include "trawl/study/objective.hpp"

namespace trawl {

/// Trains the study's perceptron with the trial's parameters. Complete outcomes hold the weights
/// behind the objective: those of the last epoch, or with `at: best` those of the best one (the
/// earliest of equals). A loss that is not finite fails the trial, and so does a searched network
/// above kMaxParameters.
/// The data must outlive the objective. One thread.
class PerceptronObjective : public Objective {
 public:
  /// Throws DataError if there are no rows to train on or to validate with, ConfigError if the
  /// network is the same for all trials and above kMaxParameters.
  PerceptronObjective(StudyDefinition study, const PreparedData& data);
  std::optional<TrialOutcome> evaluate(const Trial& trial, TrialObserver& observer) override;

 private:
  StudyDefinition study_;
  const PreparedData& data_;
};

/// The record's value of the metric.
double metric_of(const EpochRecord& record, ObjectiveDefinition::Metric metric);

}  // namespace trawl
