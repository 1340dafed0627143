#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "trawl/study/definition.hpp"
#include "trawl/study/identity.hpp"
#include "trawl/study/test_evaluation.hpp"
#include "trawl/study/trial.hpp"
#include "trawl/study/trial_store.hpp"

namespace trawl {

/// Equal, or both NaN: as values in a table are compared.
inline bool same_number(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// A row of /trials. Times are seconds since 1970, UTC; NaN: not yet. rank: -1 until the
/// first start. `parameters` is empty until then.
struct TrialRow {
  TrialNumber number = 0;
  std::int64_t point = 0;
  std::int64_t repeat = 0;
  TrialState state = TrialState::waiting;
  std::int64_t attempt = 0;  ///< the last one started; 0: none
  std::int64_t rank = -1;
  std::string host;
  std::int64_t n_epochs = 0;
  std::int64_t best_epoch = -1;
  std::uint64_t seed = 0;
  double objective = kNan;
  double started_at = kNan;
  double finished_at = kNan;
  double seconds = kNan;
  std::string error;
  Parameters parameters;
};

inline bool is_finished(const TrialRow& row) { return is_end(row.state); }

/// A row of /legs: one that has ended, as `state` says: paused, or with its trial. until: so many epochs were
/// trained then. value: of the objective's metric then; NaN of a failed one.
struct LegRow {
  TrialNumber trial = 0;
  std::int64_t from = 0;
  std::int64_t until = 0;
  std::int64_t parent = -1;
  TrialState state = TrialState::complete;
  double value = kNan;
  double ended_at = kNan;
  LegPlanned planned = {};  ///< virtual times are NaN where there is no timetable
};

/// A row of /epochs.
struct EpochRow {
  TrialNumber trial = 0;
  EpochRecord record;
};

/// A row of /provenance: one start or resume. ended_at: NaN while it runs and after a kill;
/// exit_code: -1 then.
struct SessionRow {
  RunProvenance provenance;
  double started_at = kNan;
  double ended_at = kNan;
  std::int64_t exit_code = -1;
};

/// A row of /workers: one rank of one start. `session` is the start's row of /provenance.
struct WorkerRow {
  std::int64_t session = 0;
  WorkerSeen seen;
};

/// The best point so far: its first repeat's number, parameters and weights, and the
/// objective that ranks it (the mean over its repeats). `weights` may be empty where a
/// study goes on from a published file whose journal was lost.
struct BestNetwork {
  TrialNumber trial = 0;
  Parameters parameters;
  double objective = kNan;
  NetworkWeights weights;
};

/// A whole results file in memory. `trials[i]` is trial i; `epochs` is sorted by
/// (trial, epoch), `legs` by trial, those of a trial in the order in which they ended.
struct StudyTables {
  std::string study;
  std::string run_id;
  ObjectiveDefinition objective;
  std::int64_t repeats = 1;
  Shard shard;
  bool complete = false;  ///< all trials, of a shard those in it, are finished
  double published_at = kNan;

  std::string job_text;
  std::string job_resolved;
  std::string identity;
  std::string space;  ///< JSON
  DataSize data;
  FeatureScaling scaling;  ///< where the best network is kept, and read with its weights

  /// Columns of /trials/parameters, in the order of the space. A trial has no value of inactive ones.
  std::vector<std::string> parameter_names;
  std::vector<TrialRow> trials;
  MetricTable metrics;  ///< of the curves
  std::vector<EpochRow> epochs;
  std::vector<LegRow> legs;  ///< none in files of version 1
  std::vector<SessionRow> sessions;
  std::vector<WorkerRow> workers;
  std::vector<MessageLogged> messages;
  std::optional<BestNetwork> best;
  std::optional<TestEvaluation> test;
};

/// The trials that the file is to hold: all, or those in the shard.
std::vector<TrialRow> trials_in_shard(const StudyTables& tables);
/// The rows of a trial's learning curve.
std::span<const EpochRow> epochs_of(const StudyTables& tables, TrialNumber trial);
/// A trial's rows of /legs.
std::span<const LegRow> legs_of(const StudyTables& tables, TrialNumber trial);
/// The state of a trial that a complete study has not promoted any more, and that still waits in another, is
/// told by the study: pruned or paused.
bool was_paused(const StudyTables& tables, const TrialRow& row);

}  // namespace trawl
