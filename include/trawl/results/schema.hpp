// Names everything in a results file, with unit and meaning.
#pragma once

#include <cstdint>

/// Every path of a results file, schema 2, with unit and meaning. Row i of each column of
/// /trials, /trials/parameters and /trials/active is trial i. Whoever changes a name or a meaning raises
/// kFormatVersion; new columns and attributes need no new version. Schema 1 had the perceptron's metrics in
/// /epochs, whatever the program, without `position` and `direction`: it is read, and no longer written.
namespace trawl::schema {

inline constexpr const char* kFormat = "trawl-results";
inline constexpr std::int64_t kFormatVersion = 2;

/// Attributes of the root.
namespace root {
inline constexpr const char* kFormat = "format";
inline constexpr const char* kFormatVersion = "format_version";
inline constexpr const char* kStudy = "study";
inline constexpr const char* kRunId = "run_id";
inline constexpr const char* kMetric = "objective_metric";
inline constexpr const char* kDirection = "objective_direction";
inline constexpr const char* kAt = "objective_at";
inline constexpr const char* kRepeats = "repeats";
/// Which points the file is to hold: those p with p mod n_shards = shard, each with all its repeats. The
/// rows of all other trials stay `waiting`. Without these attributes, and with 0 and 1: all points.
inline constexpr const char* kShard = "shard";
inline constexpr const char* kNShards = "n_shards";
/// All trials are finished; of a shard, those in it.
inline constexpr const char* kComplete = "complete";
inline constexpr const char* kPublishedAt = "published_at";
/// How much of the journal is in the file.
inline constexpr const char* kJournalSegment = "journal_segment";
inline constexpr const char* kJournalOffset = "journal_offset";
}  // namespace root

/// A data set, with the values of its attributes `units` and `description`.
struct Column {
  const char* name;
  const char* units;
  const char* description;
};
inline constexpr const char* kUnits = "units";
inline constexpr const char* kDescription = "description";

inline constexpr const char* kTrials = "trials";
namespace trials {
inline constexpr Column kNumber = {"number", "1", "trial number = point x repeats + repeat"};
inline constexpr Column kPoint = {"point", "1", "place in the search space"};
inline constexpr Column kRepeat = {"repeat", "1", "which training of the point, with seeds of its own"};
/// paused: between two legs; in a complete file such a trial is `pruned`.
inline constexpr Column kState = {"state", "1", "waiting, running, complete, pruned, failed or paused"};
inline constexpr Column kAttempt = {
    "attempt", "1", "how often the trial was started; 0: not yet; going on from a pause is none"};
inline constexpr Column kRank = {"rank", "1", "MPI rank of the last attempt; -1: not started"};
inline constexpr Column kHost = {"host", "1", "host of the last attempt"};
inline constexpr Column kNEpochs = {"n_epochs", "1", "rows of /epochs"};
inline constexpr Column kBestEpoch = {"best_epoch", "1", "epoch with the best metric, 0-based; -1: none"};
inline constexpr Column kSeed = {"seed", "1", "what all random numbers of the training derive from"};
inline constexpr Column kObjective = {"objective", "1", "value of the objective; NaN: not known, or failed"};
inline constexpr Column kStartedAt = {"started_at", "s since 1970-01-01 UTC",
                                      "when the last attempt was handed to its worker"};
inline constexpr Column kFinishedAt = {"finished_at", "s since 1970-01-01 UTC",
                                       "end of the trial; while it is paused, of its last leg"};
inline constexpr Column kSeconds = {"seconds", "s", "wall time of its training"};
inline constexpr Column kError = {"error", "1", "why the trial failed; empty otherwise"};
}  // namespace trials

inline constexpr const char* kParameters = "parameters";  ///< a group in /trials
namespace parameters {
inline constexpr const char* kDescription =
    "value of the parameter; see `missing` for trials not yet started, or where it is inactive";
inline constexpr const char* kPosition = "position";  ///< in the search space, 0-based
inline constexpr const char* kKind = "kind";
inline constexpr const char* kLow = "low";
inline constexpr const char* kHigh = "high";
inline constexpr const char* kLog = "log";
inline constexpr const char* kChoices = "choices";
/// What stands in rows of trials that were never started (attempt 0), and of those in which the parameter is
/// inactive.
inline constexpr const char* kMissing = "missing";
}  // namespace parameters

/// A group in /trials: a boolean column under the name of every parameter that has conditions. Files without
/// the group, and parameters without a column: active in every trial.
inline constexpr const char* kActive = "active";
namespace active {
inline constexpr const char* kDescription =
    "TRUE: the parameter's conditions held in the trial; FALSE: it was inactive, or the trial not yet "
    "started";
}  // namespace active

inline constexpr const char* kEpochs = "epochs";
namespace epochs {
inline constexpr Column kTrial = {"trial", "1", "trial number; (trial, epoch) is unique"};
inline constexpr Column kEpoch = {"epoch", "1", "epoch, 0-based"};
inline constexpr Column kSeconds = {"seconds", "s", "wall time of the epoch"};
// Every other column is a metric of the program, float64, with these attributes besides.
inline constexpr const char* kPosition = "position";  ///< in the program's metric table, 0-based
inline constexpr const char* kDirection =
    "direction";  ///< what is better; only where trials can be ranked by it
}  // namespace epochs

/// A row for each leg that has ended, in that order: a stretch of a trial's training. Most trials have one.
inline constexpr const char* kLegs = "legs";
namespace legs {
inline constexpr Column kTrial = {"trial", "1", "trial number"};
inline constexpr Column kFrom = {"from", "1", "so many epochs were trained before it"};
inline constexpr Column kUntil = {"until", "1", "so many epochs were trained when it ended"};
inline constexpr Column kParent = {"parent", "1", "trial whose weights it went on from; -1: its own"};
inline constexpr Column kState = {"state", "1",
                                  "how it ended: paused, or with its trial, as complete, pruned or failed"};
inline constexpr Column kValue = {"value", "1", "of the objective's metric when it ended; NaN: failed"};
inline constexpr Column kEndedAt = {"ended_at", "s since 1970-01-01 UTC", "when it ended"};
// The next four: only where a timetable decided.
inline constexpr Column kProposedBy = {
    "proposed_by", "1", "the sampler that drew the trial's point, or enqueued; empty: an earlier run knows"};
inline constexpr Column kNKnown = {"n_known", "1", "results that the point was drawn from"};
inline constexpr Column kVirtualStart = {"virtual_start", "predicted cost",
                                         "when it began on the imaginary cluster of the timetable"};
inline constexpr Column kVirtualEnd = {"virtual_end", "predicted cost",
                                       "when it ended there, counted as a whole"};
/// A group: a column for each parameter that may change from leg to leg of a trial, as in
/// /trials/parameters. No plan changes any yet, so it is empty. Files of before have none.
inline constexpr const char* kParameters = "parameters";
inline constexpr const char* kParametersDescription =
    "a column for each parameter that changes from leg to leg; all others are those of the trial";
}  // namespace legs

inline constexpr const char* kStudy = "study";
namespace study {
inline constexpr Column kJobText = {"job_text", "YAML", "the job file as it was"};
inline constexpr Column kJobResolved = {"job_resolved", "YAML", "the job with defaults and --set filled in"};
inline constexpr Column kIdentity = {"identity", "1", "what must be equal to resume or extend the study"};
inline constexpr Column kSpace = {"space", "JSON", "the search space"};
// Attributes: how large the data set is.
inline constexpr const char* kTrainRows = "train_rows";
inline constexpr const char* kValidationRows = "validation_rows";
inline constexpr const char* kTestRows = "test_rows";
inline constexpr const char* kNFeatures = "n_features";
inline constexpr const char* kNClasses = "n_classes";
}  // namespace study

inline constexpr const char* kProvenance = "provenance";
namespace provenance {
inline constexpr Column kHost = {"host", "1", "host of rank 0"};
inline constexpr Column kPid = {"pid", "1", "process of rank 0"};
inline constexpr Column kRanks = {"ranks", "1", "MPI ranks"};
inline constexpr Column kCpu = {"cpu", "1", "processor of rank 0"};
inline constexpr Column kBuild = {"build", "1", "version, preset, compiler and flags"};
inline constexpr Column kVersions = {"versions", "1", "libraries at run time"};
inline constexpr Column kGitCommit = {"git_commit", "1", "source of the build"};
inline constexpr Column kCommand = {"command", "1", "command line"};
inline constexpr Column kSlurm = {"slurm", "1", "SLURM_* variables"};
inline constexpr Column kStartedAt = {"started_at", "s since 1970-01-01 UTC", "start or resume"};
inline constexpr Column kEndedAt = {"ended_at", "s since 1970-01-01 UTC", "NaN: still running, or killed"};
inline constexpr Column kExitCode = {"exit_code", "1", "exit code; -1: still running, or killed"};
}  // namespace provenance

inline constexpr const char* kWorkers = "workers";
namespace workers {
inline constexpr Column kSession = {"session", "1", "row of /provenance: the start it belongs to"};
inline constexpr Column kRank = {"rank", "1", "MPI rank"};
inline constexpr Column kHost = {"host", "1", "host"};
inline constexpr Column kTrials = {"trials", "1", "trials it finished"};
inline constexpr Column kBusySeconds = {"busy_seconds", "s", "time with a trial"};
inline constexpr Column kIdleSeconds = {"idle_seconds", "s", "time without one"};
inline constexpr Column kLostAt = {"lost_at", "s since 1970-01-01 UTC", "when it was lost; NaN: it was not"};
}  // namespace workers

inline constexpr const char* kMessages = "messages";
namespace messages {
inline constexpr Column kTime = {"time", "s since 1970-01-01 UTC", "when"};
inline constexpr Column kLevel = {"level", "1", "info, warning or error"};
inline constexpr Column kTrial = {"trial", "1", "trial number; -1: about none"};
inline constexpr Column kText = {"text", "1", "what"};
}  // namespace messages

/// The group has no members until a point has finished.
inline constexpr const char* kBest = "best";
namespace best {
inline constexpr const char* kTrial = "trial";
inline constexpr const char* kObjective = "objective";
inline constexpr const char* kTestAccuracy = "test_accuracy";
inline constexpr const char* kTestCrossEntropy = "test_cross_entropy";
inline constexpr const char* kWeights = "weights";  ///< a group: LAYER/NAME
inline constexpr Column kArray = {"", "1", "float32, row-major; weights are [inputs, outputs]"};
inline constexpr const char* kScaling = "scaling";  ///< a group; not in a study without data
}  // namespace best
/// Input of the network = float32((value - offset) * factor), computed in float64; one value a feature, in
/// the order of the network's inputs.
namespace scaling {
inline constexpr Column kOffset = {"offset", "as the data",
                                   "subtracted from the feature as it stands in the data"};
inline constexpr Column kFactor = {"factor", "1 / offset's", "what the difference is multiplied by"};
/// Only where the data name their features, and the names are not longer than 16 MiB, all as long as the
/// longest.
inline constexpr Column kNames = {"names", "1", "UTF-8, the features' names in the data"};
}  // namespace scaling

}  // namespace trawl::schema
