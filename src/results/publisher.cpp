#include "trawl/results/publisher.hpp"

#include <filesystem>

#include "trawl/h5/file.hpp"
#include "trawl/results/columns.hpp"
#include "trawl/results/file_inspection.hpp"
#include "trawl/results/final_file.hpp"
#include "trawl/results/journal_reader.hpp"
#include "trawl/results/published_file.hpp"
#include "trawl/results/temporary_file.hpp"

namespace trawl {
namespace {

// What a file needs beside its rows: attributes, chunks that are begun, the index of chunks.
constexpr std::uint64_t kRoomForRest = 4UL << 20;

std::string free_name(const std::string& path) {
  std::string name = path + ".foreign";
  for (int i = 2; file_state(name).exists; ++i) name = fmt::format("{}.foreign.{}", path, i);
  return name;
}

// A full disk can leave a column short without any call having failed.
void check_lengths(const std::string& path, std::int64_t n_trials) {
  const h5::File file = h5::File::open_to_read(path);
  const h5::Group trials = file.root().group(schema::kTrials);
  const h5::Group epochs = file.root().group(schema::kEpochs);
  const std::int64_t rows = epochs.dataset(schema::epochs::kTrial.name).rows();
  for (const std::string& name : epochs.names()) {
    if (epochs.dataset(name).rows() != rows)
      throw StoreError(fmt::format("{} was not written as a whole", path));
  }
  if (trials.dataset(schema::trials::kNumber.name).rows() != n_trials) {
    throw StoreError(fmt::format("{} was not written as a whole", path));
  }
}

}  // namespace

Publisher::Publisher(std::string path, std::string temporary, JournaledStudy study, Report report,
                     Permission permission)
    : path_(std::move(path)),
      temporary_(std::move(temporary)),
      study_(std::move(study)),
      report_(std::move(report)),
      permission_(std::move(permission)) {}

void Publisher::publish(const std::optional<JournalPosition>& end) {
  permission_();
  check_file();
  try {
    write_next_version(end);
  } catch (...) {
    // The tables in memory are ahead of the file now: the next version starts from the journal's first
    // record.
    builder_.reset();
    throw;
  }
}

void Publisher::check_file() {
  if (builder_ && file_state(path_) == state_) return;
  builder_.reset();
  const FileInspection inspection = inspect_results(path_);
  switch (inspection.kind) {
    case FileInspection::Kind::missing:
      if (published_once_) report_(fmt::format("{} is gone: rebuilding it from the journal", path_));
      return;
    case FileInspection::Kind::results:
      if (inspection.run_id == study_.run_id || inspection.run_id == study_.extends) return;
      return move_aside("holds another run");
    case FileInspection::Kind::foreign:
    case FileInspection::Kind::newer:
    case FileInspection::Kind::damaged: return move_aside(inspection.reason);
  }
}

void Publisher::move_aside(const std::string& why) {
  const std::string name = free_name(path_);
  std::error_code error;
  std::filesystem::rename(path_, name, error);
  if (error) throw StoreError(fmt::format("cannot rename {} to {}: {}", path_, name, error.message()));
  set_aside_ = name;
  report_(fmt::format("{} {}: moved it to {}, rebuilding from the journal", path_, why, name));
}

void Publisher::write_next_version(const std::optional<JournalPosition>& end) {
  TemporaryFile temporary(temporary_);
  const bool append = builder_.has_value();
  if (!append) {
    builder_.emplace(study_);
    position_ = {};
  }
  require_room(path_, (append ? state_.bytes : 0) + kRoomForRest);
  if (append) copy_file(path_, temporary_);
  PublishedFile file =
      append ? PublishedFile::open(temporary_, study_) : PublishedFile::create(temporary_, study_);

  JournalReader reader(path_, position_, end);
  while (const std::optional<JournalRecord> record = reader.next()) {
    builder_->apply(*record);
    if (builder_->is_full()) file.write(*builder_);
  }
  file.write(*builder_);
  file.finish(*builder_, reader.position());
  check_lengths(temporary_, study_.n_trials);

  permission_();
  temporary.publish(path_);
  position_ = reader.position();
  state_ = file_state(path_);
  published_once_ = true;
}

void Publisher::finish() {
  TemporaryFile temporary(temporary_);
  require_room(path_, state_.bytes + kRoomForRest);
  write_final_file(path_, temporary_);
  permission_();
  temporary.publish(path_);
  state_ = file_state(path_);
}

}  // namespace trawl
