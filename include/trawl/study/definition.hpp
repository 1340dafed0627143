#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trawl/study/metric.hpp"
#include "trawl/study/perceptron_metrics.hpp"
#include "trawl/study/pruner.hpp"
#include "trawl/study/search_space.hpp"

namespace trawl {

/// Where the samples come from. Paths are absolute, or relative to the current folder
/// where the user gave them so.
struct DataDefinition {
  enum class Split : std::uint8_t { last, shuffled };
  enum class Scaling : std::uint8_t { none, unit, standard };
  struct Files {
    std::string images;  ///< idx: images; csv: the table
    std::string labels;  ///< idx only
  };
  std::string source = "synthetic-digits";  ///< the word of a DataSource
  std::string directory;                    ///< idx: holds the four customary names
  Files train;                              ///< idx and csv, where no directory is given
  Files test;                               ///< may be empty: no test rows
  std::string label_column = "label";       ///< csv: a header's name, or a 0-based number
  std::vector<std::string> exclude;         ///< csv: columns that are no features, named as the label column
  std::string file;                         ///< hdf5
  std::string train_features;      ///< hdf5: a data set in the file; empty, as the labels: customary names
  std::string train_labels;        ///< hdf5
  std::string test_features;       ///< hdf5; empty, as the labels: customary names, or no test rows
  std::string test_labels;         ///< hdf5
  std::int64_t train_rows = 6000;  ///< synthetic-digits
  std::int64_t test_rows = 1000;   ///< synthetic-digits
  std::uint64_t seed = 1;          ///< synthetic-digits: which digits are drawn
  double validation_fraction = 0.2;
  Split split = Split::last;
  Scaling scaling = Scaling::unit;
};

struct ModelDefinition {
  enum class Activation : std::uint8_t { relu, tanh, sigmoid };
  enum class Initializer : std::uint8_t { glorot_uniform, glorot_normal, he_uniform, he_normal };
  std::vector<std::int64_t> hidden = {128, 64};  ///< may be empty: a linear model
  Activation activation = Activation::relu;
  Initializer initializer = Initializer::glorot_uniform;
  std::vector<std::string> batch_normalization;  ///< names of hidden layers: hidden_0, hidden_1, ...
};

struct TrainingDefinition {
  enum class Optimizer : std::uint8_t { sgd, momentum, nesterov, rmsprop, adam };
  std::int64_t epochs = 10;
  Optimizer optimizer = Optimizer::sgd;
  double learning_rate = 0.01;
  LearningRateSchedule learning_rate_schedule;
  std::int64_t batch_size = 32;         ///< kWholeBatch: all training rows in one update
  std::vector<double> dropout = {0.0};  ///< one rate for every hidden layer, or one each
  double l2 = 0.0;
  double momentum = 0.9;  ///< momentum, nesterov
  double rho = 0.9;       ///< rmsprop
  double beta_1 = 0.9;    ///< adam
  double beta_2 = 0.999;  ///< adam
  double epsilon = 1e-7;  ///< rmsprop (inside the root), adam (outside)
  std::optional<EarlyStoppingDefinition> early_stopping;

  static constexpr std::int64_t kWholeBatch = 0;  ///< `batch_size: all`
};

struct SearchDefinition {
  std::string sampler = "random";  ///< the word of a SamplerKind
  std::int64_t n_points = 10;      ///< the job's n_trials, or counted where the sampler does that
  std::int64_t repeats = 1;
  std::uint64_t seed = 0;
  SearchSpace space;  ///< empty with `trials`
  /// random: no point twice where the space is finite. False for what began before that was so: a file of
  /// version 1, and what `merge` makes of it.
  bool distinct = true;
  /// What is known of the first points, by names of the space; the rest of them is drawn. Every
  /// value is active at its point.
  std::vector<Parameters> enqueued;
  std::vector<Parameters> trials;  ///< list: the points, every one with the same names; see kPointName
};

/// The parameter that only labels the points of a list: "Adam".
constexpr const char* kPointName = "name";

struct ObjectiveDefinition {
  using Direction = trawl::Direction;
  enum class At : std::uint8_t { last, best };
  std::string metric = "val_accuracy";  ///< a column of the study's metric table that has a direction
  Direction direction = Direction::maximize;
  At at = At::last;
};

constexpr ObjectiveDefinition::At last_of(ObjectiveDefinition::At) { return ObjectiveDefinition::At::best; }

struct ClusterDefinition {
  enum class Isolation : std::uint8_t { none, process };
  Isolation isolation = Isolation::process;
  std::int64_t max_attempts = 3;
  double trial_timeout = 0.0;        ///< seconds; 0: none
  double heartbeat_timeout = 60.0;   ///< seconds; not with isolation: none
  double checkpoint_every = 60.0;    ///< seconds; 0: only when a trial is stopped
  double full_disk_timeout = 600.0;  ///< seconds
  /// The search stops when the first so many trials by number have all failed, see Master::gave_up(); 0:
  /// never.
  std::int64_t give_up_after = 5;
};

/// A job file, checked and with all defaults filled in.
struct StudyDefinition {
  std::string name;
  DataDefinition data;
  ModelDefinition model;
  TrainingDefinition training;
  SearchDefinition search;
  PrunerDefinition pruner;
  ObjectiveDefinition objective;
  ClusterDefinition cluster;
  /// What the program's learning curves hold.
  MetricTable metrics = perceptron_metrics();

  /// One with an objective of its own; "": trawl, which trains perceptrons.
  std::string program;
  /// Of such a program, instead of model and training: all of its parameters, with their fixed values.
  Parameters custom_parameters;
  /// Such a program may do without.
  bool has_data = true;

  [[nodiscard]] std::int64_t n_trials() const { return search.n_points * search.repeats; }
};

/// The words of job files, HDF5 and Python for the enumerators: "glorot_uniform", "shuffled".
const char* to_text(DataDefinition::Split value);
const char* to_text(DataDefinition::Scaling value);
const char* to_text(ModelDefinition::Activation value);
const char* to_text(ModelDefinition::Initializer value);
const char* to_text(TrainingDefinition::Optimizer value);
const char* to_text(ObjectiveDefinition::At value);
const char* to_text(ClusterDefinition::Isolation value);

/// The enumerator that `to_text` writes so; false if there is none.
bool from_text(std::string_view text, ModelDefinition::Activation& value);
bool from_text(std::string_view text, ModelDefinition::Initializer& value);
bool from_text(std::string_view text, TrainingDefinition::Optimizer& value);
bool from_text(std::string_view text, DataDefinition::Split& value);
bool from_text(std::string_view text, DataDefinition::Scaling& value);
bool from_text(std::string_view text, ObjectiveDefinition::Direction& value);
bool from_text(std::string_view text, ObjectiveDefinition::At& value);
bool from_text(std::string_view text, ClusterDefinition::Isolation& value);

/// All words of an enumeration of this header, in the order of its enumerators.
template <class Enum>
std::vector<std::string> words_of();

/// The place of the layer called `name` ("hidden_1": 1) if there are so many hidden layers.
std::optional<std::size_t> hidden_layer(std::string_view name, std::size_t n_hidden);
/// What contradicts itself in one trial's model and training, each a problem of its own: a layer to
/// normalize that is none of the hidden ones, rates of dropout that are not one a hidden layer.
/// "" if nothing does. For messages: "dropout has 3 rates for 2 hidden layers".
std::string layer_problem(const ModelDefinition& model, const TrainingDefinition& training);

/// The model and training of one trial: the study's, with the point's parameters set.
struct TrialDefinition {
  ModelDefinition model;
  TrainingDefinition training;
};

/// Fields that may be searched are found by their key's name. The values were checked when
/// the job file was read: an unknown name or a value of another type is our fault.
/// A whole number is taken for a float; "all" for batch_size is kWholeBatch, "off" for
/// early_stopping none. kPointName is passed over.
TrialDefinition apply(const StudyDefinition& study, const Parameters& parameters);

}  // namespace trawl
