#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trawl/study/metric.hpp"
#include "trawl/study/pruner.hpp"
#include "trawl/study/search_space.hpp"

namespace trawl {

/// Where the samples come from. Paths are absolute, or relative to the current folder
/// where the user gave them so.
struct DataDefinition {
  enum class Split : std::uint8_t { last, shuffled };
  enum class Scaling : std::uint8_t { none, unit, standard };
  struct Files {
    std::string images;      ///< idx
    std::string labels;      ///< idx
    std::string table = {};  ///< csv
  };
  std::string source = "synthetic-digits";  ///< the word of a DataSource
  std::string directory;                    ///< idx: holds the four customary names
  Files train;                              ///< idx, where no directory is given, and csv
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
  /// Slots of the timetable, by which results decide (see Timetable); 0: there is none.
  std::int64_t max_concurrent_trials = 0;
  std::int64_t n_startup_trials = 10;  ///< samplers that learn: results before the first informed proposal
};

/// The parameter that only labels the points of a list: "Adam".
constexpr const char* kPointName = "name";

struct ObjectiveDefinition {
  using Direction = trawl::Direction;
  enum class At : std::uint8_t { last, best };
  std::string metric;  ///< a column of the study's metric table that has a direction
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
  Parameters parameters;  ///< all that the program declares, with their fixed values
  SearchDefinition search;
  PrunerDefinition pruner;
  ObjectiveDefinition objective;
  ClusterDefinition cluster;
  MetricTable metrics;  ///< what the program's learning curves hold

  /// One with an objective of its own; "": trawl, which trains perceptrons.
  std::string program;
  /// Such a program may do without.
  bool has_data = true;

  /// Results decide by a timetable which leg is next.
  [[nodiscard]] bool has_timetable() const { return search.max_concurrent_trials > 0; }
  [[nodiscard]] std::int64_t n_trials() const { return search.n_points * search.repeats; }
};

/// The words of job files, HDF5 and Python for the enumerators: "shuffled", "maximize".
const char* to_text(DataDefinition::Split value);
const char* to_text(DataDefinition::Scaling value);
const char* to_text(ObjectiveDefinition::At value);
const char* to_text(ClusterDefinition::Isolation value);

/// The enumerator that `to_text` writes so; false if there is none.
bool from_text(std::string_view text, DataDefinition::Split& value);
bool from_text(std::string_view text, DataDefinition::Scaling& value);
bool from_text(std::string_view text, ObjectiveDefinition::Direction& value);
bool from_text(std::string_view text, ObjectiveDefinition::At& value);
bool from_text(std::string_view text, ClusterDefinition::Isolation& value);

/// All words of an enumeration of this header, in the order of its enumerators.
template <class Enum>
std::vector<std::string> words_of();

/// The parameter's value at the point, or the fixed one. Requires one that the program declares.
const ParameterValue& value_at(const StudyDefinition& study, const Parameters& point, std::string_view name);

/// The values that a key can take which is searched by choices or a list; empty if it is not.
std::vector<ParameterValue> searched_values(const SearchDefinition& search, std::string_view name);
bool is_searched(const SearchDefinition& search, std::string_view name);
/// As is_searched(), and not by conditions alone: the fixed value counts for no point.
bool is_always_searched(const SearchDefinition& search, std::string_view name);

}  // namespace trawl
