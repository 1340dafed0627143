#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace trawl {

/// One of several forms that a value may have, by its word, with numbers of its own:
/// {cosine: {floor: 0.1, updates: 9}}, or the word alone where there are none.
struct Form {
  using Number = std::variant<std::int64_t, double>;
  std::string word;
  std::vector<std::pair<std::string, Number>> numbers;  ///< in the order of the form's rule

  /// nullptr if it has none of this name.
  [[nodiscard]] const Number* find(std::string_view name) const;
  bool operator==(const Form&) const = default;
  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& word& numbers;
  }
};

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

/// One value of one parameter, of a kind that its ValueRule names. Journals hold the index: new alternatives
/// go to the end.
using ParameterValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>, Form,
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
