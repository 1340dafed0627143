#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "trawl/study/metric_values.hpp"
#include "trawl/study/parameter.hpp"

namespace trawl {

/// number = point x repeats + repeat; 0-based, never reused.
using TrialNumber = std::int64_t;

/// paused: between two legs.
enum class TrialState : std::uint8_t { waiting, running, complete, pruned, failed, paused };
constexpr TrialState last_of(TrialState) { return TrialState::paused; }
const char* to_text(TrialState state);
/// Has a trial in this state come to its end?
constexpr bool is_end(TrialState state) {
  return state == TrialState::complete || state == TrialState::pruned || state == TrialState::failed;
}

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// One training that was or is to be done.
struct Trial {
  TrialNumber number = 0;
  std::int64_t point = 0;
  std::int64_t repeat = 0;
  Parameters parameters;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& number& point& repeat& parameters;
  }
};

/// What all random numbers of a training derive from: StreamKey(study seed).with(point).with(repeat).
std::uint64_t trial_seed(std::uint64_t study_seed, std::int64_t point, std::int64_t repeat);

/// One epoch of a learning curve. seconds: wall time of the epoch with its evaluation; all else is equal in
/// equal runs. values: in the order of the study's metric table.
struct EpochRecord {
  std::int64_t epoch = 0;
  double seconds = kNan;
  MetricValues values = {};

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& epoch& seconds& values;
  }
};

/// One array of a network. `layer` is "hidden_0", "hidden_1", ..., "output"; `name` is
/// "weights" [inputs, outputs], "bias" [outputs], ... Values are row-major.
struct LayerArray {
  std::string layer;
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<float> values;

  bool operator==(const LayerArray&) const = default;
  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& layer& name& shape& values;
  }
};
using NetworkWeights = std::vector<LayerArray>;

/// How an evaluated trial, or a leg of it, ended. complete: objective and best_epoch are set. failed:
/// `error` says why; the reason lies in the trial itself (a loss that is not finite),
/// so it is not tried again. paused: its leg is over, and `objective` is the value so far; no objective gives
/// this. n_epochs is counted where the objective is evaluated.
struct TrialOutcome {
  TrialState state = TrialState::complete;
  double objective = kNan;
  std::int64_t best_epoch = -1;
  std::int64_t n_epochs = 0;
  double seconds = 0.0;
  std::string error;
  NetworkWeights weights;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& state& objective& best_epoch& n_epochs& seconds& error& weights;
  }
};

}  // namespace trawl
