#pragma once

#include <cstdint>
#include <string>

#include "trawl/study/definition.hpp"

namespace trawl {

/// Counts the epochs without improvement, as Keras' EarlyStopping does (keras/src/callbacks/
/// early_stopping.py): what has improved is compared with the value that last did, not with the
/// epoch before.
class EarlyStopping {
 public:
  /// `objective` stands in where the definition names no metric. One that it names is better in the
  /// direction of the table, which must have it.
  EarlyStopping(const EarlyStoppingDefinition& definition, const ObjectiveDefinition& objective,
                const MetricTable& metrics);

  /// What `observe` is to be given.
  [[nodiscard]] const std::string& metric() const { return metric_; }
  /// Takes the next epoch's value. True if it is better than the last improvement by more than
  /// min_delta; the first always is, NaN never.
  bool observe(double value);
  /// The last `patience` epochs, and at least one, did not improve.
  [[nodiscard]] bool stops() const { return stops_; }

 private:
  std::string metric_;
  Direction direction_;
  std::int64_t patience_;
  double min_delta_;
  double best_;  // of the last improvement
  std::int64_t waited_ = 0;
  bool stops_ = false;
};

}  // namespace trawl
