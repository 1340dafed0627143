#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "trawl/journal/journal_record.hpp"
#include "trawl/results/best_keeper.hpp"
#include "trawl/results/study_tables.hpp"

namespace trawl {

/// Rows that are not in the published file yet.
struct PendingRows {
  std::map<TrialNumber, TrialRow> trials;  ///< new values of their rows
  std::set<TrialNumber> without_error;     ///< had one in the file
  std::vector<EpochRow> epochs;            ///< go to the end of /epochs
  std::vector<std::int64_t> dead_epochs;   ///< rows of /epochs, also of `epochs`, that do not count
  std::vector<LegRow> legs;                ///< go to the end of /legs
  std::vector<MessageLogged> messages;     ///< go to the end of /messages
  bool sessions_changed = false;
  bool workers_changed = false;
  bool best_changed = false;
};

/// Turns the journal's records into the rows of the published tables. Memory: the started trials, with
/// their curves, of points that have not finished or have a failed repeat, and what is pending.
///
/// A trial that is started again reports its epochs again: equal ones (all but `seconds`) count once;
/// the first unequal one replaces the old curve from there on, with a message. What
/// an older attempt had beyond the trial's last epoch is dropped. Which attempts' epochs count is the
/// master's business: those of a lost worker come late, and are equal.
class TableBuilder {
 public:
  explicit TableBuilder(const JournaledStudy& study);

  /// Takes every record once, in order.
  void apply(const JournalRecord& record);

  [[nodiscard]] std::size_t n_pending() const {
    return pending_.epochs.size() + pending_.trials.size() + pending_.legs.size();
  }
  /// So many rows wait in memory that they are written before more is applied.
  [[nodiscard]] bool is_full() const { return n_pending() >= kMaxPending; }
  PendingRows take_pending() { return std::exchange(pending_, {}); }
  /// The row of /epochs that was last took the place of a dead one.
  void epoch_row_moved(TrialNumber trial, std::int64_t from, std::int64_t to);
  /// The file has so many rows of /epochs now, all that were pending among them.
  void set_epoch_rows(std::int64_t rows) { n_epoch_rows_ = rows; }

  [[nodiscard]] const std::vector<SessionRow>& sessions() const { return sessions_; }
  [[nodiscard]] const std::vector<WorkerRow>& workers() const { return workers_; }
  [[nodiscard]] const std::optional<BestNetwork>& best() const { return best_.best(); }
  [[nodiscard]] const std::optional<TestEvaluation>& test() const { return test_; }
  [[nodiscard]] std::int64_t n_finished() const { return n_finished_; }

 private:
  static constexpr std::size_t kMaxPending = 200'000;

  struct Started {
    TrialRow row;
    std::vector<std::int64_t> epoch_rows;  // where its curve stands in /epochs: one an epoch
    std::vector<double> curve;             // values of all metrics, epoch after epoch
    std::size_t reported = 0;              // by this attempt
    std::int64_t from = 0;                 // where its leg begins
    LegPlanned planned;                    // its leg, by a timetable
  };
  void on(const JournaledStudy& /*study*/) {}
  void on(const PublishedFileTaken& /*taken*/) {}
  void on(const SessionStarted& started);
  void on(const SessionEnded& ended);
  void on(const TestEvaluation& test) { test_ = test; }
  void on(const TrialEvent& event);
  void on_event(const TrialStarted& started);
  void on_event(const EpochsReported& reported);
  void on_event(const TrialFinished& finished);
  void on_event(const AttemptFailed& failed);
  void on_event(const MessageLogged& message) { pending_.messages.push_back(message); }
  void on_event(const WorkerSeen& seen);
  void on_event(const TrialRetried& retried);
  void on_event(const TrialPaused& paused);
  void on_event(const LegPlanned& planned) { started(planned.trial).planned = planned; }

  Started& started(TrialNumber trial);
  void add_epoch(Started& trial, const EpochRecord& record);
  [[nodiscard]] bool has_values(const Started& trial, std::size_t place, const MetricValues& values) const;
  void cut_curve(Started& trial, std::size_t length);
  /// Forgets the trials of a point that cannot be retried any more.
  void forget_settled(std::int64_t point);
  void interrupt_running();
  void interrupt(Started& trial);
  [[nodiscard]] TrialRow empty_row(TrialNumber trial) const;

  std::int64_t repeats_;
  std::uint64_t seed_;
  std::size_t n_metrics_;
  std::map<TrialNumber, Started> started_;
  std::int64_t n_finished_ = 0;
  std::int64_t n_epoch_rows_ = 0;  // with the pending ones
  std::vector<SessionRow> sessions_;
  std::vector<WorkerRow> workers_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::size_t> worker_rows_;  // by session and rank
  BestKeeper best_;
  std::optional<TestEvaluation> test_;
  PendingRows pending_;
};

}  // namespace trawl
