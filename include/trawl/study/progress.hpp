#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "trawl/study/leg.hpp"
#include "trawl/study/ranking.hpp"
#include "trawl/study/shard.hpp"
#include "trawl/study/trial_store.hpp"

namespace trawl {

/// How far a study is: what a master needs to carry on, and nothing that grows with the
/// length of the curves. A finished trial costs two bits; a pause, and where results are kept every end of a
/// trial, 16 bytes beside the trial's entry. Of a shard it follows the trials in it; the others are
/// none of its business and never finish here.
class StudyProgress {
 public:
  /// What is kept of a trial that has finished without a pause: that it has, or its result too, for a plan
  /// that decides by results; or the parameters of its point as well, for one that proposes points.
  enum class Keep : std::uint8_t { ends, results, proposals };

  StudyProgress(std::int64_t n_trials, std::int64_t repeats, ObjectiveDefinition::Direction direction,
                Shard shard = {}, Keep keep = Keep::ends);

  /// Takes every event of the study once, in order.
  void apply(const TrialEvent& event);

  [[nodiscard]] std::int64_t n_trials() const { return static_cast<std::int64_t>(finished_.size()); }
  /// Trials of the shard; n_trials() without shards.
  [[nodiscard]] std::int64_t n_in_shard() const { return n_in_shard_; }
  [[nodiscard]] bool is_in_shard(TrialNumber trial) const { return shard_.has_point(trial / repeats_); }
  [[nodiscard]] std::int64_t n_unfinished() const { return n_in_shard_ - n_finished(); }
  [[nodiscard]] bool is_finished(TrialNumber trial) const;
  [[nodiscard]] bool is_failed(TrialNumber trial) const;
  [[nodiscard]] std::int64_t n_finished() const { return n_complete_ + n_pruned_ + n_failed_; }
  [[nodiscard]] std::int64_t n_complete() const { return n_complete_; }
  [[nodiscard]] std::int64_t n_pruned() const { return n_pruned_; }
  [[nodiscard]] std::int64_t n_failed() const { return n_failed_; }
  [[nodiscard]] bool all_finished() const { return n_unfinished() == 0; }
  /// Trials that wait between two legs.
  [[nodiscard]] std::int64_t n_paused() const { return n_paused_; }
  /// Legs that have ended.
  [[nodiscard]] std::int64_t n_ended_legs() const { return n_finished() + n_pauses_; }
  /// The result of a leg, if it is known: from the first time that the trial got so far, whatever was tried
  /// again later.
  [[nodiscard]] std::optional<LegResult> result_of(const Leg& leg) const;
  /// The parameters of a point of which a trial has begun, where proposals are kept; nullptr: not known.
  [[nodiscard]] const Parameters* parameters_of(std::int64_t point) const;
  /// Those that have failed, and first repeats that are complete while another repeat of their point has
  /// failed: what is to be retried so that nothing has failed, and the best point has its weights.
  [[nodiscard]] std::vector<TrialNumber> to_retry() const;

  /// How often an unfinished trial was started (going on from a pause is no start), and how often an attempt
  /// of the leg that it is at failed, by itself or by the cluster. A start that was cut off with the whole
  /// run counts only as a start.
  struct Attempts {
    std::int64_t started = 0;
    std::int64_t failed = 0;
    std::int64_t lost = 0;
    bool paused = false;  ///< the next start is none
  };
  [[nodiscard]] Attempts attempts(TrialNumber trial) const;

  [[nodiscard]] const Ranking& ranking() const { return ranking_; }

 private:
  struct Pause {
    std::int64_t epoch = 0;
    double value = kNan;
  };
  struct End {
    TrialState state = TrialState::complete;
    double value = kNan;
  };
  struct Legs {
    std::vector<Pause> pauses;
    std::optional<End> end;  // the first one
  };
  void on(const TrialStarted& started);
  void on(const TrialPaused& paused);
  void on(const TrialFinished& finished);
  void on(const TrialRetried& retried);
  void set_paused(Attempts& attempts, bool paused);

  std::int64_t repeats_;
  Shard shard_;
  Keep keep_;
  std::int64_t n_in_shard_;
  std::vector<bool> finished_;
  std::vector<bool> failed_;
  std::int64_t n_complete_ = 0;
  std::int64_t n_pruned_ = 0;
  std::int64_t n_failed_ = 0;
  std::int64_t n_paused_ = 0;
  std::int64_t n_pauses_ = 0;
  std::map<TrialNumber, Attempts> unfinished_;
  std::map<TrialNumber, Legs> legs_;
  std::map<std::int64_t, Parameters> parameters_;  // by point
  Ranking ranking_;
};

constexpr StudyProgress::Keep last_of(StudyProgress::Keep) { return StudyProgress::Keep::proposals; }

}  // namespace trawl
