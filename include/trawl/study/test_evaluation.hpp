// Holds what the best network is worth on the test rows.
#pragma once

#include "trawl/study/trial.hpp"

namespace trawl {

/// Accuracy and cross-entropy of the best trial on the test rows.
struct TestEvaluation {
  double accuracy = kNan;
  double cross_entropy = kNan;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& accuracy& cross_entropy;
  }
};

}  // namespace trawl
