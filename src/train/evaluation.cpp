// Says what a network is worth on rows that it is not trained on.
#include "trawl/train/evaluation.hpp"

#include <algorithm>

#include "trawl/base/error.hpp"
#include "trawl/train/load_sample.hpp"
#include "trawl/train/network_weights.hpp"
#include "trawl/train/perceptron_parameters.hpp"
#include "trawl/train/settings.hpp"

namespace trawl {
namespace {

void check_labels(const SampleView& samples, std::int64_t n_classes) {
  for (std::int64_t i = 0; i < samples.rows; ++i) {
    if (samples.labels[i] >= 0 && samples.labels[i] < n_classes) continue;
    throw DataError(
        fmt::format("row {} has label {}, but the network knows classes 0 to {} only: evaluate it on "
                    "data with the classes it was trained on",
                    i, samples.labels[i], n_classes - 1));
  }
}

}  // namespace

Evaluation evaluate_samples(Perceptron<float>& network, const SampleView& samples, double l2) {
  TRAWL_CHECK(network.max_rows() >= kEvaluationRows, "max_rows = {}", network.max_rows());
  double cross_entropy = 0.0;
  std::int64_t correct = 0;
  for (std::int64_t first = 0; first < samples.rows; first += kEvaluationRows) {
    const std::int64_t rows = std::min(kEvaluationRows, samples.rows - first);
    for (std::int64_t row = 0; row < rows; ++row) load_sample(samples, first + row, row, network);
    const BatchSums sums = network.evaluate(rows);
    cross_entropy += sums.cross_entropy;
    correct += sums.correct;
  }
  if (samples.rows == 0) return {};
  const auto n = static_cast<double>(samples.rows);
  const double penalty = l2 > 0.0 ? l2 * network.squared_weights() : 0.0;
  return {cross_entropy / n + penalty, cross_entropy / n, static_cast<double>(correct) / n};
}

Evaluation evaluate_network(const StudyDefinition& study, const Parameters& parameters,
                            const NetworkWeights& weights, const SampleView& samples) {
  if (weights.empty() || weights.back().shape.size() != 1 || weights.back().shape[0] < 1) {
    throw DataError("the stored network has no output layer: its weights were not kept or are damaged");
  }
  const TrialDefinition definition = trial_definition(study, parameters);
  const std::int64_t n_classes = weights.back().shape[0];
  check_labels(samples, n_classes);
  Perceptron<float> network(perceptron_shape(definition.model, samples.n_features, n_classes),
                            kEvaluationRows, max_nonzeros(samples, 0));
  set_weights(weights, network);
  return evaluate_samples(network, samples, definition.training.l2);
}

}  // namespace trawl
