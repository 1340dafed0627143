// Writes a file of tables that are all there.
#include "trawl/results/write_results.hpp"

#include <optional>
#include <variant>

#include "trawl/base/error.hpp"
#include "trawl/journal/journal_reader.hpp"
#include "trawl/results/difference.hpp"
#include "trawl/results/file_lock.hpp"
#include "trawl/results/final_file.hpp"
#include "trawl/results/published_file.hpp"
#include "trawl/results/published_records.hpp"
#include "trawl/results/read_results.hpp"
#include "trawl/results/temporary_file.hpp"

namespace trawl {
namespace {

void require_free(const std::string& path) {
  if (file_state(path).exists) {
    throw StudyMismatchError(
        fmt::format("{} exists and is left as it is: choose another name with -o, or remove it", path));
  }
  if (!journal_segments(path).empty()) {
    throw StudyMismatchError(
        fmt::format("the journal of an unfinished study lies beside {}: choose another name with -o", path));
  }
}

bool fits(const ParameterColumn& column, const ParameterValue& value) {
  using Storage = ParameterColumn::Storage;
  switch (column.storage) {
    case Storage::float64:
      return std::holds_alternative<double>(value) || std::holds_alternative<std::int64_t>(value);
    case Storage::int64: return std::holds_alternative<std::int64_t>(value);
    case Storage::boolean: return std::holds_alternative<bool>(value);
    case Storage::choice:
    case Storage::text: return true;  // looked up among the choices
  }
  return false;
}

/// The tables come from files that may be damaged: a column under another name, or of another type.
void require_parameters(const JournaledStudy& study, const StudyTables& tables) {
  for (const TrialRow& row : tables.trials) {
    if (row.parameters.empty()) continue;
    for (const ParameterColumn& column : study.parameters) {
      const ParameterValue* value = find_parameter(row.parameters, column.name);
      if (value == nullptr && column.conditional) continue;
      if (value == nullptr || !fits(column, *value))
        throw StudyMismatchError(
            fmt::format("the file that holds trial {} is damaged: the trial has no {} of its type",
                        row.number, column.name));
    }
  }
}

void write_version(const std::string& path, const JournaledStudy& study, const StudyTables& tables) {
  TableBuilder builder(study);
  const std::uint64_t kEpochRow = 8 * (3 + study.metrics.size());
  constexpr std::uint64_t kLegRow = 110;
  const std::uint64_t bytes =
      PublishedFile::room(study, tables.epochs.size() * kEpochRow + tables.legs.size() * kLegRow);
  require_room(path, bytes);
  PublishedFile file = PublishedFile::create(path, study, bytes);
  for_each_published_record(tables, study.parameters, [&](const JournalRecord& record) {
    builder.apply(record);
    if (builder.is_full()) file.write(builder);
  });
  file.write(builder);
  file.finish(builder, {});
}

void require_written(const std::string& path, const StudyTables& tables) {
  const std::optional<std::string> difference = first_difference(read_trusted_results(path), tables);
  if (difference) {
    throw StoreError(fmt::format("{}: what was read back is not what was written: {}", path, *difference));
  }
}

}  // namespace

void write_results(const std::string& name, const StudyDescription& study, const StudyTables& tables) {
  const std::string path = results_path(name);
  const FileLock lock(path, FileLock::kKilledRunSeconds);
  require_free(path);
  JournaledStudy journaled_study = journaled(study);
  journaled_study.metrics = tables.metrics;
  TRAWL_CHECK(journaled_study.n_trials == static_cast<std::int64_t>(tables.trials.size()),
              "{} trials, the study has {}", tables.trials.size(), journaled_study.n_trials);
  require_parameters(journaled_study, tables);
  TemporaryFile growing(path + ".tmp", path);
  TemporaryFile final(path + ".tmp.final", path);
  write_version(growing.path(), journaled_study, tables);
  if (tables.complete) write_final_file(growing.path(), final.path());
  TemporaryFile& written = tables.complete ? final : growing;
  require_written(written.path(), tables);
  written.publish(path);
}

}  // namespace trawl
