#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "trawl/results/study_tables.hpp"
#include "trawl/study/identity.hpp"
#include "trawl/study/progress.hpp"
#include "trawl/study/trial_store.hpp"

namespace trawl {

/// What open() found: nothing; an unfinished study; fewer trials than are wanted now (finished or
/// not); all of it.
enum class StudyStart : std::uint8_t { fresh, resumed, extended, already_complete };
const char* to_text(StudyStart start);

struct StoreOptions {
  double lock_seconds = 5.0;              ///< how long to wait for another run to end
  double publish_seconds = 1.0;           ///< least time between two published versions
  double sync_seconds = 1.0;              ///< between two fdatasync of the journal
  std::uint64_t segment_bytes = 1 << 30;  ///< a journal segment this long is followed by a new one
  double room_seconds = 0.0;              ///< how long events wait in memory for room on a full disk
  /// open() lets the trials that have failed wait again, a complete study with them: see
  /// StudyProgress::to_retry().
  bool retry_failed = false;
  /// Asked while open() waits for another run to end; true: it throws StopRequested. And while complete()
  /// waits for room: true ends that.
  std::function<bool()> stop_requested = [] { return false; };
};

/// The results of a study: a journal that holds every event before append() returns, and FILE.h5,
/// published from it by a thread of its own and never open for writing where a reader finds it.
/// One thread calls the members. Destroyed without complete() or close(), it leaves what a
/// SIGKILL would leave: a journal to resume from.
class ResultsStore final : public TrialStore {
 public:
  /// Locks FILE.h5 and reads what is there. A fresh study is published before this returns.
  /// Throws StudyMismatchError (another study: the lines of its identity that differ; another shard of it;
  /// fewer trials than it has, or any other number where it cannot grow; not a results file), and StoreError
  /// (another run writes the file; it is damaged and has no journal; its journal was written by another
  /// build; the folder cannot be written), and StopRequested; and ConfigError with the study's refusal. A
  /// study with `older_identity` goes on under that: see identity().
  static std::unique_ptr<ResultsStore> open(const std::string& path, const StudyDescription& study,
                                            const RunProvenance& provenance,
                                            const StoreOptions& options = {});
  ResultsStore(const ResultsStore&) = delete;
  ResultsStore& operator=(const ResultsStore&) = delete;
  ~ResultsStore() override;

  [[nodiscard]] StudyStart start() const;
  /// As it was at open(). A study that finished but was not published is `resumed` with
  /// progress().all_finished(): complete() is all that is left to do.
  [[nodiscard]] const StudyProgress& progress() const;
  [[nodiscard]] const std::string& run_id() const;
  /// Of what is stored: the study's, or its older one.
  [[nodiscard]] const std::string& identity() const;
  /// How many failed trials wait again because of StoreOptions::retry_failed.
  [[nodiscard]] std::int64_t n_retried() const;

  /// One write(2) to the journal. Throws StoreError if the disk has been full for room_seconds (what is in
  /// the journal by then is not lost; the same command resumes) or another run has taken over.
  void append(const std::vector<TrialEvent>& events) override;
  [[nodiscard]] bool waits_for_room() const override;

  /// The best point as known now; empty while none has finished.
  [[nodiscard]] std::optional<BestNetwork> best() const;
  /// The test figures of a study that was already complete, or was evaluated before a crash.
  [[nodiscard]] std::optional<TestEvaluation> test() const;

  /// All trials have finished: publishes the last version (sorted, compressed, complete = true),
  /// reads it back, and only then removes journal and lock. Throws StoreError if that failed;
  /// the journal is kept then, and says so of the session. Nothing to do for a study that was already
  /// complete.
  void complete(const std::optional<TestEvaluation>& test, int exit_code);

  /// Interrupted: records the end of the session, publishes once more and keeps the journal.
  void close(int exit_code);

 private:
  class Impl;
  explicit ResultsStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace trawl
