#include "trawl/results/repair.hpp"

#include "trawl/base/log.hpp"
#include "trawl/results/file_inspection.hpp"
#include "trawl/results/file_lock.hpp"
#include "trawl/results/journal_reader.hpp"
#include "trawl/results/publisher.hpp"
#include "trawl/results/read_results.hpp"

namespace trawl {
namespace {

std::optional<JournaledStudy> last_study(const std::string& path) {
  std::optional<JournaledStudy> study;
  JournalReader reader(path);
  while (std::optional<JournalRecord> record = reader.next()) {
    if (auto* found = std::get_if<JournaledStudy>(&*record)) study = std::move(*found);
  }
  return study;
}

RepairReport report_of(const StudyTables& tables) {
  RepairReport report;
  report.n_trials = static_cast<std::int64_t>(tables.trials.size());
  report.n_epochs = static_cast<std::int64_t>(tables.epochs.size());
  for (const TrialRow& row : tables.trials) {
    if (row.state != TrialState::waiting && row.state != TrialState::running) ++report.n_finished;
  }
  return report;
}

}  // namespace

RepairReport repair(const std::string& path) {
  const FileLock lock(path, 0.0);
  std::optional<JournaledStudy> study = last_study(path);
  const FileInspection inspection = inspect_results(path);
  const bool is_results = inspection.kind == FileInspection::Kind::results;
  if (!study || (is_results && inspection.complete && inspection.run_id == study->run_id)) {
    return report_of(read_results(path));  // throws if it is not sound
  }
  Publisher publisher(
      path, path + ".tmp", *std::move(study), [](const std::string& text) { log_warning("{}", text); },
      [] {});
  publisher.publish(std::nullopt);
  RepairReport report = report_of(read_results(path));
  report.rebuilt = true;
  report.set_aside = publisher.set_aside();
  return report;
}

}  // namespace trawl
