#pragma once

#include <functional>
#include <string>
#include <vector>

#include "trawl/config/keys.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {

/// A job file, read and checked.
struct JobFile {
  /// n_points is counted for grids and lists too; 1 with an empty space where nothing is
  /// searched. Relative paths of the file are resolved against its folder, those of
  /// overrides are left as they are.
  StudyDefinition definition;
  std::string text;  ///< the file's bytes
  /// YAML with every key that applies, defaults and overrides filled in, paths absolute.
  /// Reading it as a job file gives the same definition and the same text.
  std::string resolved;
  /// What makes it this study: `resolved` without `cluster`, paths and, where it may grow, n_trials, one
  /// "key: value" a line with dotted keys, in the order of the key table.
  std::string identity;
  /// What a study had for identity that began when a random search could draw a point of a finite space
  /// twice, in a file of version 1; mostly the same. What `merge` makes of that file goes on as it began.
  std::string older_identity;
  /// Why no study may begin so: n_trials is above the number of points of its space; "" if it is not. An
  /// older one may go on.
  std::string too_many_points;
  /// Why the study may have no other n_trials, which is part of `identity` then; "": it may grow.
  std::string no_growth;
  std::vector<std::string> warnings;  ///< allowed, but hardly what was meant
};

/// The values that the best trial of the finished search in a results file was given, of what was searched
/// there: what `from: FILE.h5` in a listed trial stands for. Throws ConfigError that says why it has none.
using BestOfFile = std::function<Parameters(const std::string& path)>;

/// Reads the job file at `path`. `overrides` are "key.path=VALUE" with VALUE in YAML, applied in
/// order after the file; `null` takes a key out of the file, a number is the place in a list
/// ("search.trials.0.l2=0.1"). An override that fixes a key takes it out of the file's space or of every
/// listed trial, one that searches a key takes its fixed value's place. `best_of_file` is asked where a
/// listed trial has `from`, and may be empty for jobs that have none. `keys` are the program's.
/// Throws ConfigError that names file (or override), line, key, what was found and what is
/// allowed: "jobs/x.yaml:12: training.dropout: found 1.5; allowed: a number, 0 <= x < 1".
JobFile read_job(const std::string& path, const std::vector<std::string>& overrides,
                 const BestOfFile& best_of_file, const KeyTable& keys);

/// Reads what JobFile::resolved holds, as results files keep it; `origin` stands for it in messages.
JobFile read_resolved_job(const std::string& text, const std::string& origin, const KeyTable& keys);

/// The job of one training: as read_job(), after which sampler, n_trials, repeats, space and
/// trials are left out; what they searched has its fixed or its default value, and a warning names
/// the defaults.
JobFile read_training_job(const std::string& path, const std::vector<std::string>& overrides,
                          const KeyTable& keys);

/// Did a study of this identity begin as one that tries no point twice? See JobFile::older_identity.
bool tries_no_point_twice(const std::string& identity);

}  // namespace trawl
