// Lists what can happen to a study, for whoever keeps it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "trawl/study/leg.hpp"
#include "trawl/study/trial.hpp"

namespace trawl {

/// What happened to a study, in the order it happened. Times are seconds since 1970, UTC.
///
/// A leg of a trial begins. `attempt` counts the trial's starts after a failure or a loss: a trial that goes
/// on from a pause keeps its number.
struct TrialStarted {
  Trial trial;
  std::int64_t attempt = 1;
  std::int64_t rank = 0;
  std::string host;
  double time = kNan;
  std::int64_t until_epoch = kToTheEnd;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& trial& attempt& rank& host& time& until_epoch;
  }
};

struct EpochsReported {
  TrialNumber trial = 0;
  std::int64_t attempt = 1;
  std::vector<EpochRecord> records;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& trial& attempt& records;
  }
};

/// The trial has its final state: complete, pruned or failed. `outcome.weights` is empty
/// unless the trial may be the best (see WeightsRule).
struct TrialFinished {
  TrialNumber trial = 0;
  std::int64_t attempt = 1;
  double time = kNan;
  TrialOutcome outcome;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& trial& attempt& time& outcome;
  }
};

/// Why an attempt came to nothing. trial: its process crashed, threw or took too long. cluster: its worker
/// was lost, or it was ended from outside; that must not enter a decision.
enum class FailureCause : std::uint8_t { trial, cluster };
constexpr FailureCause last_of(FailureCause) { return FailureCause::cluster; }

/// An attempt ended without an outcome; the trial waits for its next one.
struct AttemptFailed {
  TrialNumber trial = 0;
  std::int64_t attempt = 1;
  double time = kNan;
  std::string reason;
  FailureCause cause = FailureCause::trial;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& trial& attempt& time& reason& cause;
  }
};

/// A warning or an error worth keeping. trial: -1 if it is about none.
struct MessageLogged {
  enum class Level : std::uint8_t { info, warning, error };
  double time = kNan;
  Level level = Level::warning;
  TrialNumber trial = -1;
  std::string text;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& time& level& trial& text;
  }
};

constexpr MessageLogged::Level last_of(MessageLogged::Level) { return MessageLogged::Level::error; }

/// One row of /workers: a rank of one start. Sent again with larger numbers as they grow;
/// the last one counts. lost_at: NaN while it lives.
struct WorkerSeen {
  std::int64_t rank = 0;
  std::string host;
  std::int64_t trials = 0;
  double busy_seconds = 0.0;
  double idle_seconds = 0.0;
  double lost_at = kNan;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& rank& host& trials& busy_seconds& idle_seconds& lost_at;
  }
};

/// A trial that had finished waits again, with all its attempts: it had failed, or it is the first repeat of
/// a point of which another has (its weights, which only its own training has, may be needed then). A
/// decision that its result entered stays as it is. time: NaN where a published file has told of it already.
struct TrialRetried {
  TrialNumber trial = 0;
  double time = kNan;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& trial& time;
  }
};

/// A leg has ended where it was to end, and the trial has not: it waits for its next leg, or for the end of
/// the study. `epoch`: so many are trained. `value`: of the objective's metric, in the way of `objective.at`.
/// `seconds`: that they took.
struct TrialPaused {
  TrialNumber trial = 0;
  std::int64_t attempt = 1;
  std::int64_t epoch = 0;
  double value = kNan;
  double seconds = 0.0;
  double time = kNan;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& trial& attempt& epoch& value& seconds& time;
  }
};

/// Where the trial's next leg comes from, told before it begins, where a timetable decided. It is there for
/// people to look at; the search goes by the results alone. proposed_by: the word of the sampler that drew
/// the point, or "enqueued"; "": an earlier run has told. n_known: results that it was drawn from.
/// virtual_start, virtual_end: of the leg, in predicted cost.
struct LegPlanned {
  TrialNumber trial = 0;
  std::string proposed_by;
  std::int64_t n_known = 0;
  double virtual_start = kNan;
  double virtual_end = kNan;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& trial& proposed_by& n_known& virtual_start& virtual_end;
  }
};

/// The alternative's index is what the journal holds: new ones go to the end.
using TrialEvent = std::variant<TrialStarted, EpochsReported, TrialFinished, AttemptFailed, MessageLogged,
                                WorkerSeen, TrialRetried, TrialPaused, LegPlanned>;

/// Where the events of a study are kept. What `append` took survives SIGKILL, unless the disk is full just
/// then.
class TrialStore {
 public:
  virtual ~TrialStore() = default;
  /// Throws StoreError if the events could not be made safe.
  virtual void append(const std::vector<TrialEvent>& events) = 0;
  /// Whether events that append() took are in memory only, until the disk has room.
  [[nodiscard]] virtual bool waits_for_room() const { return false; }
};

}  // namespace trawl
