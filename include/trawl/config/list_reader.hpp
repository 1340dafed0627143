#pragma once

#include <optional>
#include <string>
#include <vector>

#include "trawl/config/job_file.hpp"
#include "trawl/config/keys.hpp"
#include "trawl/config/yaml_tree.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {

/// One value that a listed trial names, or that its `from` brings.
struct ListedValue {
  std::string name;
  ParameterValue value;
  bool is_override = false;  ///< --set gave it to this very trial
};

/// A trial of `search.trials` as it was written.
struct ListedTrial {
  std::optional<std::string> label;
  std::vector<ListedValue> values;
};

/// Reads `search.trials`: a list of maps from searchable keys to values. Besides, `name` labels a trial:
/// all of them or none, every label once; and `from: FILE.h5` brings the best parameters of a finished
/// search, below the trial's own. A relative FILE is resolved against `folder` unless --set gave it.
/// Throws ConfigError, also for what `best_of_file` refuses. Requires `best_of_file` where a trial has
/// `from`.
std::vector<ListedTrial> read_listed_trials(const YamlTree& tree, const std::string& folder,
                                            const BestOfFile& best_of_file, const KeyTable& keys);

/// The names of the trials' values, in the order in which they first come.
std::vector<std::string> names_of(const std::vector<ListedTrial>& trials);

/// The points: the label, then every name that any trial has. What a trial does not name has the value of
/// `definition`, which is not changed.
std::vector<Parameters> filled_in(const std::vector<ListedTrial>& trials, StudyDefinition& definition,
                                  const KeyTable& keys);

}  // namespace trawl
