#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace trawl {

/// How the learning rate falls, by update t (0-based) with initial rate η:
///   constant      η
///   inverse_time  η / (1 + decay t)
///   exponential   η · rate^(t / updates)
///   step          η · rate^floor(t / updates)
///   cosine        η · (floor + (1 - floor)(1 + cos(π min(t, updates) / updates)) / 2)
/// Where `updates` is 0 the updates of the whole training stand for it; step has its own always.
struct LearningRateSchedule {
  enum class Kind : std::uint8_t { constant, inverse_time, exponential, step, cosine };
  Kind kind = Kind::constant;
  double decay = 0.0;
  double rate = 1.0;
  double floor = 0.0;
  std::int64_t updates = 0;

  bool operator==(const LearningRateSchedule&) const = default;
  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& kind& decay& rate& floor& updates;
  }
};

constexpr LearningRateSchedule::Kind last_of(LearningRateSchedule::Kind) {
  return LearningRateSchedule::Kind::cosine;
}

/// Ends a training when the metric has not improved by more than `min_delta` for `patience` epochs
/// in a row, as Keras' EarlyStopping does. With `restore_best_weights` the network is then, and
/// after the last epoch too, that of the epoch that last improved.
struct EarlyStoppingDefinition {
  std::int64_t patience = 0;  ///< epochs; 0: the first one without improvement ends it, as 1 does
  double min_delta = 0.0;
  bool restore_best_weights = true;
  std::string metric;  ///< "": the objective's, in its direction

  bool operator==(const EarlyStoppingDefinition&) const = default;
  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& patience& min_delta& restore_best_weights& metric;
  }
};

/// One value of one parameter. Lists are the widths of hidden layers, a dropout rate a hidden layer,
/// or names of layers. Journals hold the index: new alternatives go to the end.
using ParameterValue =
    std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>, LearningRateSchedule,
                 std::vector<double>, std::vector<std::string>, EarlyStoppingDefinition>;

/// The values at a point, in the order of the search space.
using Parameters = std::vector<std::pair<std::string, ParameterValue>>;

/// As a job file would have it: "0.1", "true", "adam", "[128, 64]", "[hidden_1]",
/// "{inverse_time: {decay: 0.0001}}", "{patience: 3, min_delta: 0.0, restore_best_weights: true}". Equal
/// values have equal texts and the other way round; numbers have the fewest digits that read back to the same
/// bits; a float that is whole keeps a ".0".
std::string to_text(const ParameterValue& value);

/// "learning_rate=0.01 batch_size=32"
std::string to_text(const Parameters& parameters);

/// The value called `name`, or nullptr.
const ParameterValue* find_parameter(const Parameters& parameters, std::string_view name);

}  // namespace trawl
