#pragma once

#include "trawl/data/prepared_data.hpp"
#include "trawl/nn/perceptron.hpp"
#include "trawl/study/definition.hpp"
#include "trawl/study/trial.hpp"

namespace trawl {

/// Means over samples, dropout off. loss = cross_entropy + λ·Σw².
struct Evaluation {
  double loss = kNan;
  double cross_entropy = kNan;
  double accuracy = kNan;
};

/// Rows of one forward pass. Always the same, and rows always in order, so that the same weights
/// give the same bits in every process.
constexpr std::int64_t kEvaluationRows = 512;

/// Needs max_rows of at least kEvaluationRows. NaN if there are no samples.
Evaluation evaluate_samples(Perceptron<float>& network, const SampleView& samples, double l2);

/// What stored weights are worth: on the validation rows exactly the val_* values of the epoch they
/// are from. Throws DataError if the weights do not fit the point's model, the number of features or
/// the labels.
Evaluation evaluate_network(const StudyDefinition& study, const Parameters& parameters,
                            const NetworkWeights& weights, const SampleView& samples);

}  // namespace trawl
