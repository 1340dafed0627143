#pragma once

#include "trawl/train/perceptron_metrics.hpp"
#include "trawl/train/perceptron_parameters.hpp"

namespace trawl {

/// A study of the perceptron whose fixed values tests set by their fields.
struct PerceptronStudy {
  ModelDefinition model;
  TrainingDefinition training;
  SearchDefinition search;
  PrunerDefinition pruner;
  ObjectiveDefinition objective = {.metric = "val_accuracy"};
  ClusterDefinition cluster;

  operator StudyDefinition() const {  // NOLINT(google-explicit-constructor)
    StudyDefinition study;
    study.search = search;
    study.pruner = pruner;
    study.objective = objective;
    study.cluster = cluster;
    study.parameters = parameters_of({model, training});
    study.metrics = perceptron_metrics();
    return study;
  }
};

}  // namespace trawl
