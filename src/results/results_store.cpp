// Begins, carries on and completes a study; where other modules enter here.
#include "trawl/results/results_store.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "found_study.hpp"
#include "trawl/base/clock.hpp"
#include "trawl/base/exit_code.hpp"
#include "trawl/base/log.hpp"
#include "trawl/base/output_path.hpp"
#include "trawl/base/text.hpp"
#include "trawl/journal/journal_reader.hpp"
#include "trawl/journal/journal_writer.hpp"
#include "trawl/results/file_inspection.hpp"
#include "trawl/results/file_lock.hpp"
#include "trawl/results/published_records.hpp"
#include "trawl/results/publisher.hpp"
#include "trawl/results/publishing_thread.hpp"
#include "trawl/results/read_results.hpp"
#include "trawl/results/recovery.hpp"
#include "trawl/results/schema.hpp"

namespace trawl {
const char* to_text(StudyStart start) {
  constexpr const char* kWords[] = {"fresh", "resumed", "extended", "already complete"};
  return kWords[static_cast<int>(start)];
}

class ResultsStore::Impl {
 public:
  Impl(const std::string& path, const StudyDescription& study, const RunProvenance& provenance,
       const StoreOptions& options)
      : path_(path),
        options_(options),
        provenance_(provenance),
        lock_(path, options.lock_seconds, options.stop_requested),
        study_(journaled(study)),
        older_identity_(study.older_identity),
        refusal_(study.refusal),
        no_growth_(study.no_growth) {
    find_study();
    if (start_ == StudyStart::already_complete) {
      lock_.release();
      return;
    }
    publisher_.emplace(
        path_, fmt::format("{}.tmp.{:03}", path_, writer_->position().segment), study_,
        [this](const std::string& text) { report(text); },
        [this](const JournalPosition& holds) { permit(holds); });
    if (start_ == StudyStart::fresh) publisher_->publish(writer_->position());
    warn_of_other_names();
    writer_->wait_for_room(options_.room_seconds);
    thread_.emplace(*publisher_, *writer_, options_.publish_seconds);
  }

  void append(const std::vector<TrialEvent>& events) {
    TRAWL_CHECK(writer_, "append to {} that is closed or was complete", path_);
    if (events.empty()) return;
    writer_->append<TrialEvent>(events);
    for (const TrialEvent& event : events) found_->best.apply(event);
  }

  [[nodiscard]] bool waits_for_room() const { return writer_ && writer_->waits_for_room(); }

  void complete(const std::optional<TestEvaluation>& test, int exit_code) {
    if (!writer_) return;
    if (test) {
      writer_->append_one(*test);
      found_->test = test;
    }
    end_session(exit_code, options_.stop_requested, [this] {
      when_it_passes(options_.stop_requested, [this] {
        publish_all();
        finish_file();
      });
    });
    const bool is_ours = !writer_->taken_over();
    writer_.reset();
    try {
      if (is_ours) remove_journal(path_);
    } catch (const StoreError& e) {  // the file is whole: the next run removes it
      log_warning("{}", e.what());
    }
    lock_.release();
  }

  void close(int exit_code) {
    if (!writer_) return;
    end_session(
        exit_code, [] { return true; },
        [this] {
          try {
            publish_all();
          } catch (const PassingError& e) {  // the journal holds all of it
            log_warning("{}", e.what());
          }
        });
    writer_.reset();
    lock_.release();
  }

  [[nodiscard]] StudyStart start() const { return start_; }
  [[nodiscard]] const Found& found() const { return *found_; }
  [[nodiscard]] const std::string& run_id() const { return study_.run_id; }
  [[nodiscard]] const std::string& identity() const { return study_.identity; }
  [[nodiscard]] std::int64_t n_retried() const { return n_retried_; }

 private:
  void find_study() {
    const FileInspection file = inspect_results(path_);
    require_this_format(file);
    remove_rest_of_journal(path_, file);
    JournalContents journal = read_journal(path_, study_, older_identity_, no_growth_);
    require_all_published(path_, file, journal.summary);
    lost_ = journal.summary.lost;
    if (is_left_over(path_, file, journal.summary)) {
      remove_journal(path_);
      journal = {};
    }
    if (!journal.mismatch.empty()) throw StudyMismatchError(journal.mismatch);
    if (journal.summary.last) return resume(std::move(journal));
    using Kind = FileInspection::Kind;
    if (file.kind == Kind::missing) return begin(std::move(journal.summary));
    if (file.kind == Kind::foreign)
      throw StudyMismatchError(fmt::format("{} {}; choose another file with -o", path_, file.reason));
    if (file.kind == Kind::newer) throw StoreError(fmt::format("{} {}", path_, file.reason));
    if (file.kind == Kind::damaged) {
      const std::string text = fmt::format(
          "{} {} and has no journal to rebuild it from: restore it from a copy, or move it away "
          "to start anew",
          path_, file.reason);
      // Another machine may have replaced it just now, and this one may know the old one's size.
      if (is_network_folder(folder_of(path_))) throw UnreachableError(text);
      throw StoreError(text);
    }
    const std::string mismatch = study_mismatch(path_, file, study_, older_identity_, no_growth_);
    if (!mismatch.empty()) throw StudyMismatchError(mismatch);
    take_file(file, std::move(journal.summary));
  }

  /// Nothing of an older file or its journal is touched.
  void require_this_format(const FileInspection& file) const {
    if (file.kind != FileInspection::Kind::results || file.version == schema::kFormatVersion) return;
    throw StudyMismatchError(fmt::format(
        "{} has version {} of the format, and this program writes {}: it is left as it is, and is still read "
        "(status, trials, best, export, diff, merge, the analysis); choose another file with -o, or go on "
        "with "
        "what `trawl merge {} -o NEW.h5{}` makes of it",
        path_, file.version, schema::kFormatVersion, shell_path(path_), file.complete ? "" : " --partial"));
  }

  /// From here on the study is known by the rule that it began under.
  void go_on_as(const std::string& identity) {
    if (identity == study_.identity && !refusal_.empty()) throw ConfigError(refusal_);
    study_.identity = identity;
  }

  // A version takes the name by rename.
  void warn_of_other_names() const {
    const std::uint64_t n = file_state(path_).names;
    if (n < 2) return;
    log_warning("{} has {} names (hard links): the others will keep the version that is there now", path_, n);
  }

  void begin(JournalSummary journal) {
    go_on_as(study_.identity);
    start_ = StudyStart::fresh;
    found_.emplace(study_);
    open_writer(std::move(journal));
    start_session();
  }

  void resume(JournalContents journal) {
    const JournaledStudy& last = *journal.summary.last;
    go_on_as(last.identity);
    start_ = last.n_trials < study_.n_trials ? StudyStart::extended : StudyStart::resumed;
    study_.run_id = last.run_id;
    study_.extends = last.extends;
    found_ = std::move(journal.found);
    open_writer(std::move(journal.summary));
    start_session();
  }

  void take_file(const FileInspection& file, JournalSummary journal) {
    go_on_as(file.identity);
    const StudyTables tables = read_results(path_);
    found_.emplace(study_);
    const auto apply = [&](const JournalRecord& record) { found_->apply(record); };
    for_each_published_record(tables, study_.parameters, apply);
    const bool retries = options_.retry_failed && found_->progress.n_failed() > 0;
    if (file.complete && file.n_trials == study_.n_trials && !retries) {
      start_ = StudyStart::already_complete;
      study_.run_id = file.run_id;
      return;
    }
    start_ = file.n_trials < study_.n_trials ? StudyStart::extended : StudyStart::resumed;
    if (!file.complete) {
      log_warning("{} is not complete and has no journal: going on from what it held at {}", path_,
                  format_time(tables.published_at));
    }
    study_.extends = file.run_id;
    open_writer(std::move(journal));
    writer_->append_one(study_);
    for_each_published_record(tables, study_.parameters, [&](const JournalRecord& record) {
      std::visit([&](const auto& alternative) { writer_->append_one(alternative); }, record);
    });
    writer_->append_one(PublishedFileTaken{file.n_trials});
    start_session();
  }

  void open_writer(JournalSummary journal) {
    // Of runs that were killed while they published. Their names differ: no two runs write the same file.
    for (std::size_t segment = 0; segment < journal.lengths.size(); ++segment) {
      const std::string name = fmt::format("{}.tmp.{:03}", path_, segment);
      std::error_code ignored;
      if (!is_others(name)) std::filesystem::remove(name, ignored);
    }
    writer_.emplace(path_, std::move(journal.lengths), journal.sequence, options_.sync_seconds,
                    options_.segment_bytes);
  }

  void start_session() {
    writer_->append_one(study_);
    writer_->append_one(SessionStarted{provenance_, unix_time()});
    for (const std::string& text : lost_) report(text);
    if (options_.retry_failed) retry_failed();
  }

  /// One write: after a kill all of them have failed, or all wait.
  void retry_failed() {
    n_retried_ = found_->progress.n_failed();
    std::vector<TrialEvent> events;
    for (const TrialNumber trial : found_->progress.to_retry())
      events.emplace_back(TrialRetried{trial, unix_time()});
    if (events.empty()) return;
    writer_->append<TrialEvent>(events);
    for (const TrialEvent& event : events) found_->apply(event);
  }

  /// Journals the session's end and publishes it. The file is to hold the exit code, so that stands in the
  /// journal before anybody knows whether this succeeds; if not, it is corrected.
  template <class Publish>
  void end_session(int exit_code, const std::function<bool()>& stop_requested, Publish publish) {
    thread_.reset();
    writer_->append_one(SessionEnded{unix_time(), exit_code});
    writer_->settle(stop_requested);
    try {
      when_it_passes(stop_requested, [&] {
        writer_->settle(stop_requested);
        writer_->sync();
      });
      publish();
    } catch (const std::exception& e) {
      correct_exit_code(static_cast<std::int64_t>(exit_code_of(e)));
      throw;
    }
  }

  template <class Action>
  void when_it_passes(const std::function<bool()>& stop_requested, const Action& action) {
    constexpr std::chrono::milliseconds kPause{500};
    const double until = steady_time() + options_.room_seconds;
    for (bool first = true;; first = false) {
      try {
        return action();
      } catch (const PassingError& e) {
        if (steady_time() >= until || stop_requested()) throw;
        if (first) log_warning("{}: waiting for it, {:.0f} s at most", e.what(), options_.room_seconds);
      }
      std::this_thread::sleep_for(kPause);
    }
  }

  /// What the publisher has to say of the file comes behind the end it was asked for: once more then.
  void publish_all() {
    do {
      publisher_->publish(writer_->position());
    } while (!publisher_->is_current(writer_->position()));
  }

  void finish_file() {
    constexpr int kTries = 10;
    for (int i = 0; i < kTries; ++i) {
      if (publisher_->finish()) return;
      publish_all();
    }
    throw StoreError(fmt::format(
        "another program changes {} again and again; end it, and give the same command again", path_));
  }

  void correct_exit_code(std::int64_t exit_code) noexcept {
    try {
      writer_->append_one(SessionEnded{unix_time(), exit_code});
      publish_all();
    } catch (const std::exception& e) {
      log_warning("the end of this session may not be found in {}: {}", path_, e.what());
    }
  }

  void report(const std::string& text) {
    log_warning("{}", text);
    writer_->append_one(TrialEvent(MessageLogged{unix_time(), MessageLogged::Level::warning, -1, text}));
  }

  /// Of a version that may take the file's name. What it says it holds of the journal is durable.
  void permit(const JournalPosition& holds) {
    if (writer_->taken_over())
      throw StoreError(fmt::format("another run has taken over {}; this one stops", path_));
    writer_->sync();
    if (!writer_->holds(holds))
      throw UnreachableError(fmt::format("the journal of {} was begun anew meanwhile", path_));
  }

  std::string path_;
  StoreOptions options_;
  RunProvenance provenance_;
  FileLock lock_;
  JournaledStudy study_;
  std::string older_identity_;
  std::string refusal_;
  std::string no_growth_;
  std::int64_t n_retried_ = 0;
  StudyStart start_ = StudyStart::fresh;
  std::optional<Found> found_;
  std::vector<std::string> lost_;  // of the journal, as it was found
  std::optional<JournalWriter> writer_;
  std::optional<Publisher> publisher_;
  std::optional<PublishingThread> thread_;
};

ResultsStore::ResultsStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ResultsStore::~ResultsStore() = default;

std::unique_ptr<ResultsStore> ResultsStore::open(const std::string& path, const StudyDescription& study,
                                                 const RunProvenance& provenance,
                                                 const StoreOptions& options) {
  // What another machine made or removed just now may not be seen yet, and a file system may come back.
  constexpr double kSeconds = 10.0;
  const double until = steady_time() + kSeconds;
  for (std::chrono::milliseconds pause(100);; pause *= 2) {
    try {
      return std::unique_ptr<ResultsStore>(
          new ResultsStore(std::make_unique<Impl>(path, study, provenance, options)));
    } catch (const UnreachableError&) {
      if (steady_time() >= until || options.stop_requested()) throw;
    } catch (const MissingFileError&) {
      const bool may_appear = file_state(folder_of(path)).exists;
      if (!may_appear || steady_time() >= until || options.stop_requested()) throw;
    }
    std::this_thread::sleep_for(std::min(pause, std::chrono::milliseconds(2000)));
  }
}

StudyStart ResultsStore::start() const { return impl_->start(); }
const StudyProgress& ResultsStore::progress() const { return impl_->found().progress; }
const std::string& ResultsStore::run_id() const { return impl_->run_id(); }
const std::string& ResultsStore::identity() const { return impl_->identity(); }
std::int64_t ResultsStore::n_retried() const { return impl_->n_retried(); }
void ResultsStore::append(const std::vector<TrialEvent>& events) { impl_->append(events); }
bool ResultsStore::waits_for_room() const { return impl_->waits_for_room(); }
std::optional<BestNetwork> ResultsStore::best() const { return impl_->found().best.best(); }
std::optional<TestEvaluation> ResultsStore::test() const { return impl_->found().test; }
void ResultsStore::complete(const std::optional<TestEvaluation>& test, int exit_code) {
  impl_->complete(test, exit_code);
}
void ResultsStore::close(int exit_code) { impl_->close(exit_code); }

}  // namespace trawl
