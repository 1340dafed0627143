// Translates a trial's words for nn, and says what cannot be trained.
#include "trawl/train/settings.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "trawl/base/error.hpp"
#include "trawl/train/evaluation.hpp"

namespace trawl {
namespace {

// A mini-batch beyond this many rows is worked through in pieces: buffers stay small, and the
// panels in the caches.
constexpr std::int64_t kMaxPieceRows = 1024;

}  // namespace

PerceptronShape perceptron_shape(const ModelDefinition& model, std::int64_t n_features,
                                 std::int64_t n_classes) {
  PerceptronShape shape{n_features, model.hidden, n_classes, &activation_called(model.activation), {}};
  if (!model.batch_normalization.empty()) shape.normalized.resize(model.hidden.size());
  for (const std::string& name : model.batch_normalization) {
    const auto layer = hidden_layer(name, model.hidden.size());
    TRAWL_CHECK(layer.has_value(), "{} of {} hidden layers", name, model.hidden.size());
    shape.normalized[*layer] = true;
  }
  return shape;
}

std::string size_problem(const PerceptronShape& shape) {
  double n_parameters = 0.0;  // a float64 does not overflow, however many layers are given
  auto inputs = static_cast<double>(shape.n_features);
  for (const std::int64_t width : shape.hidden) {
    n_parameters += (inputs + 1.0) * static_cast<double>(width);
    inputs = static_cast<double>(width);
  }
  n_parameters += (inputs + 1.0) * static_cast<double>(shape.n_classes);
  if (n_parameters <= static_cast<double>(kMaxParameters)) return {};
  return fmt::format(
      "hidden [{}] between {} features and {} classes has {:.1f} million weights and biases; allowed: at "
      "most {} million",
      fmt::join(shape.hidden, ", "), shape.n_features, shape.n_classes, n_parameters / 1e6,
      kMaxParameters / 1'000'000);
}

std::int64_t rows_of_batch(const TrainingDefinition& training, std::int64_t train_rows) {
  TRAWL_CHECK(train_rows > 0 && training.batch_size >= 0, "batch_size {} of {} rows", training.batch_size,
              train_rows);
  if (training.batch_size == TrainingDefinition::kWholeBatch) return train_rows;
  return std::min(training.batch_size, train_rows);
}

MiniBatches mini_batches(const TrialDefinition& definition, std::int64_t train_rows) {
  const std::int64_t rows = rows_of_batch(definition.training, train_rows);
  const bool one_is_left = rows > 1 && train_rows > rows && train_rows % rows == 1;
  if (one_is_left && !definition.model.batch_normalization.empty()) {
    return {rows, train_rows / rows, rows + 1};
  }
  return {rows, (train_rows + rows - 1) / rows, rows};
}

std::int64_t rows_of_buffers(const PerceptronShape& shape, std::int64_t batch_rows) {
  const std::vector<bool>& normalized = shape.normalized;
  const bool whole = std::find(normalized.begin(), normalized.end(), true) != normalized.end();
  return std::max(kEvaluationRows, whole ? batch_rows : std::min(batch_rows, kMaxPieceRows));
}

std::string buffer_problem(const PerceptronShape& shape, std::int64_t batch_rows) {
  // A row has its features, label and logits, and in each hidden layer an output, a slope, a gradient and,
  // where the layer is normalized, x̂.
  auto values = static_cast<double>(shape.n_features) + 1.0 + static_cast<double>(shape.n_classes);
  for (std::size_t i = 0; i < shape.hidden.size(); ++i) {
    const bool normalized = !shape.normalized.empty() && shape.normalized[i];
    values += (normalized ? 4.0 : 3.0) * static_cast<double>(shape.hidden[i]);
  }
  const std::int64_t rows = rows_of_buffers(shape, batch_rows);
  const double bytes = values * static_cast<double>(rows) * sizeof(float);
  if (bytes <= static_cast<double>(kMaxBufferBytes)) return {};
  const bool whole = rows > kMaxPieceRows;
  return fmt::format(
      "hidden [{}] with {} features needs {:.1f} GB for {} rows at once{}; allowed: at most {} GB",
      fmt::join(shape.hidden, ", "), shape.n_features, bytes / 1e9, rows,
      whole ? ", as batch_normalization takes a mini-batch whole (a smaller batch_size "
              "needs less)"
            : "",
      kMaxBufferBytes / 1'000'000'000);
}

std::string training_problem(const TrialDefinition& definition, std::int64_t train_rows,
                             std::int64_t n_features, std::int64_t n_classes) {
  std::string layers = layer_problem(definition.model, definition.training);
  if (!layers.empty()) return layers;
  if (train_rows == 1 && !definition.model.batch_normalization.empty()) {
    return "batch_normalization needs two training rows or more: one alone is always normalized to 0";
  }
  const PerceptronShape shape = perceptron_shape(definition.model, n_features, n_classes);
  std::string size = size_problem(shape);
  return size.empty() ? buffer_problem(shape, mini_batches(definition, train_rows).longest) : size;
}

std::vector<double> dropout_rates(const TrialDefinition& definition) {
  const std::vector<double>& rates = definition.training.dropout;
  const std::size_t n_hidden = definition.model.hidden.size();
  TRAWL_CHECK(rates.size() == 1 || rates.size() == n_hidden, "{} dropout rates, {} layers", rates.size(),
              n_hidden);
  return rates.size() == n_hidden ? rates : std::vector<double>(n_hidden, rates.front());
}

Schedule schedule_of(const TrainingDefinition& training, std::int64_t total_updates) {
  const LearningRateSchedule& given = training.learning_rate_schedule;
  TRAWL_CHECK(given.kind != LearningRateSchedule::Kind::step || given.updates > 0,
              "a step of {} updates never comes", given.updates);
  return {given.kind,  training.learning_rate,
          given.decay, given.rate,
          given.floor, given.updates > 0 ? given.updates : total_updates};
}

}  // namespace trawl
