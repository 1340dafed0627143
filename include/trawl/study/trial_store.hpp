#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "trawl/study/trial.hpp"

namespace trawl {

/// What happened to a study, in the order it happened. Times are seconds since 1970, UTC.
struct TrialStarted {
  Trial trial;
  std::int64_t attempt = 1;
  std::int64_t rank = 0;
  std::string host;
  double time = kNan;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& trial& attempt& rank& host& time;
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

/// An attempt ended without an outcome; the trial waits for its next one.
struct AttemptFailed {
  TrialNumber trial = 0;
  std::int64_t attempt = 1;
  double time = kNan;
  std::string reason;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& trial& attempt& time& reason;
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
/// a point of which another has (its weights, which only its own training has, may be needed then).
struct TrialRetried {
  TrialNumber trial = 0;
  double time = kNan;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& trial& time;
  }
};

/// The alternative's index is what the journal holds: new ones go to the end.
using TrialEvent = std::variant<TrialStarted, EpochsReported, TrialFinished, AttemptFailed, MessageLogged,
                                WorkerSeen, TrialRetried>;

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
