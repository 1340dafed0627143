// Describes a study besides its trials: job, data, who ran it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trawl/study/definition.hpp"
#include "trawl/study/progress.hpp"
#include "trawl/study/shard.hpp"

namespace trawl {

/// How large the data set is, as it was prepared.
struct DataSize {
  std::int64_t train_rows = 0;
  std::int64_t validation_rows = 0;
  std::int64_t test_rows = 0;
  std::int64_t n_features = 0;
  std::int64_t n_classes = 0;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& train_rows& validation_rows& test_rows& n_features& n_classes;
  }
};

/// What became of the features before they were trained on: float32((value - offset) * factor), in double.
/// Shapes: offset [n_features], factor [n_features]; names [n_features], or empty where the source has none.
/// All empty in a study without data, and in files of versions that did not keep it.
struct FeatureScaling {
  std::vector<double> offset;
  std::vector<double> factor;
  std::vector<std::string> names;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& offset& factor& names;
  }
};

/// All a results file says about its study besides the trials.
struct StudyDescription {
  StudyDefinition definition;
  std::string job_text;      ///< the job file's bytes
  std::string job_resolved;  ///< YAML, every key, after defaults and --set
  /// What must be equal to resume: job_resolved without `cluster`, paths and, where it may grow, n_trials,
  /// one "key: value" a line, and last "data_hash: ...".
  std::string identity;
  /// Of a study that began under an older rule: it goes on by that, as `identity` of what is stored says. ""
  /// where there is none.
  std::string older_identity;
  /// Why no such study may begin or grow, unless it goes on by an older rule; "": it may.
  std::string refusal;
  /// Why the study cannot have another number of trials, with what to do instead; "": it may grow. Where it
  /// is set n_trials is part of `identity`.
  std::string no_growth;
  DataSize data;
  FeatureScaling scaling;
  Shard shard;                                           ///< what is run of the study, and stands in the file
  StudyProgress::Keep keep = StudyProgress::Keep::ends;  ///< what its plan has to know on resume
};

/// Who wrote a results file when: a row of /provenance.
struct RunProvenance {
  std::string host;
  std::int64_t pid = 0;
  std::int64_t ranks = 1;
  std::string cpu;         ///< model name of rank 0's processor
  std::string build;       ///< "0.1.0 release g++ 12.2.0 -march=native"
  std::string versions;    ///< "Open MPI 4.1.4, HDF5 1.10.8, Eigen 3.4.0, ..."
  std::string git_commit;  ///< of the build; "" where it was built outside git
  std::string command;     ///< the command line
  std::string slurm;       ///< "SLURM_JOB_ID=7 ...", "" outside Slurm

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& host& pid& ranks& cpu& build& versions& git_commit& command& slurm;
  }
};

}  // namespace trawl
