#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "trawl/study/leg.hpp"
#include "trawl/study/ranking.hpp"
#include "trawl/study/trial_store.hpp"

namespace trawl {

/// The closed list of messages between master and workers. Workers speak first, always:
/// every FromWorker but Goodbye and Leaving is answered by exactly one ToWorker, and the master sends
/// nothing else, so it never sends to a rank that has fallen silent.

/// By which value a trial is compared where it is paused.
struct PauseRule {
  std::uint64_t metric = 0;  ///< its place in the study's metric table
  Direction direction = Direction::maximize;
  ObjectiveDefinition::At at = ObjectiveDefinition::At::last;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& metric& direction& at;
  }
};

/// One attempt of one leg of a trial, to be trained by the worker that gets it.
struct Assignment {
  Trial trial;
  std::int64_t attempt = 1;
  std::int64_t from_epoch = 0;
  std::int64_t until_epoch = kToTheEnd;
  WeightsRule weights_rule;
  PauseRule pause_rule;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& trial& attempt& weights_rule& until_epoch& from_epoch;
    if (until_epoch != kToTheEnd) archive& pause_rule;
  }
};

/// The leg has an outcome: the trial's, or `paused`. The weights are there if the assignment's rule keeps
/// them.
struct LegDone {
  TrialNumber trial = 0;
  std::int64_t attempt = 1;
  TrialOutcome outcome;
  std::int64_t until_epoch = kToTheEnd;  ///< of the assignment

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& trial& attempt& outcome& until_epoch;
  }
};

/// The attempt ended without an outcome: its process crashed, threw or ran too long.
struct LegFailed {
  TrialNumber trial = 0;
  std::int64_t attempt = 1;
  std::string reason;
  std::int64_t until_epoch = kToTheEnd;  ///< of the assignment
  FailureCause cause = FailureCause::trial;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& trial& attempt& reason& until_epoch& cause;
  }
};

using TrialNews = std::variant<EpochsReported, LegDone, LegFailed, MessageLogged>;
/// After this there is no more news of the attempt of its leg.
inline bool ends_attempt(const TrialNews& news) {
  return std::holds_alternative<LegDone>(news) || std::holds_alternative<LegFailed>(news);
}

/// A trial's process is about to use a file that others may share, and may never come back from there; or has
/// come back. For its worker alone.
struct FileAccess {
  std::string path;  ///< "": it is over

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& path;
  }
};

/// All that a trial's process says.
using FromTrial = std::variant<TrialNews, FileAccess>;

/// A worker's first message.
struct Hello {
  std::string host;
  std::int64_t pid = 0;
  std::string process_space;  ///< as process_space() tells: who can look at that pid

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& host& pid& process_space;
  }
};

/// What happened since the last report, in order; empty: the worker lives.
struct Report {
  std::vector<TrialNews> news;
  std::int64_t wanted = 0;      ///< how many more trials it would take now
  bool stop_requested = false;  ///< a signal reached this rank: the whole study should stop
  double busy_seconds = 0.0;    ///< since it started: a trial was being trained
  double idle_seconds = 0.0;    ///< the rest

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& news& wanted& stop_requested& busy_seconds& idle_seconds;
  }
};

/// The worker has stopped after Stop and says no more. Not answered.
struct Goodbye {
  double busy_seconds = 0.0;
  double idle_seconds = 0.0;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& busy_seconds& idle_seconds;
  }
};

/// The worker cannot train here any more, and says no more. Its trials are not to blame. Not answered.
struct Leaving {
  std::string reason;
  std::vector<TrialNews> news;  ///< since the last report

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& reason& news;
  }
};

using FromWorker = std::variant<Hello, Report, Goodbye, Leaving>;

/// Trials to train, in this order, after those it has. Empty: carry on.
struct RunTrials {
  std::vector<Assignment> assignments;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& assignments;
  }
};

/// Have what is being trained keep a checkpoint and end; say Goodbye and leave; without MPI_Finalize
/// where a worker was lost, as that would wait for it.
struct Stop {
  bool somebody_died = false;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& somebody_died;
  }
};

using ToWorker = std::variant<RunTrials, Stop>;

/// Sealed bytes of a message. Throws ArchiveError where they are not one.
std::string to_bytes(const FromWorker& message);
std::string to_bytes(const ToWorker& message);
std::string to_bytes(const FromTrial& said);
FromWorker from_worker(std::string_view bytes);
ToWorker to_worker(std::string_view bytes);

}  // namespace trawl
