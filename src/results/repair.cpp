// Rebuilds a file without running anything.
#include "trawl/results/repair.hpp"

#include "trawl/base/log.hpp"
#include "trawl/base/output_path.hpp"
#include "trawl/results/file_inspection.hpp"
#include "trawl/results/file_lock.hpp"
#include "trawl/results/publisher.hpp"
#include "trawl/results/read_results.hpp"
#include "trawl/results/recovery.hpp"

namespace trawl {
namespace {

RepairReport report_of(const StudyTables& tables) {
  RepairReport report;
  report.n_trials = static_cast<std::int64_t>(tables.trials.size());
  report.n_epochs = static_cast<std::int64_t>(tables.epochs.size());
  for (const TrialRow& row : tables.trials) {
    if (is_finished(row)) ++report.n_finished;
  }
  return report;
}

}  // namespace

RepairReport repair(const std::string& name) {
  const std::string path = results_path(name);
  const FileLock lock(path, FileLock::kKilledRunSeconds);
  const FileInspection file = inspect_results(path);
  remove_rest_of_journal(path, file);
  JournalSummary journal = scan_journal(path);
  require_all_published(path, file, journal);
  for (const std::string& text : journal.lost) log_warning("{}", text);
  if (!journal.last && file.kind == FileInspection::Kind::damaged) {
    throw StoreError(fmt::format("{} {} and has no journal to rebuild it from: restore it from a copy", path,
                                 file.reason));
  }
  if (!journal.last) return report_of(read_results(path));  // throws if it is not sound
  if (is_left_over(path, file, journal)) {
    log_info("{} is whole without its journal, which is left over: the next run removes that", path);
    return report_of(read_results(path));
  }
  Publisher publisher(
      path, path + ".tmp", *std::move(journal.last), [](const std::string& text) { log_warning("{}", text); },
      [](const JournalPosition&) {});
  publisher.publish(std::nullopt);
  RepairReport report = report_of(read_results(path));
  report.rebuilt = true;
  report.set_aside = publisher.set_aside();
  return report;
}

}  // namespace trawl
