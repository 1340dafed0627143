// Makes each version from the last one and the journal.
#include "trawl/results/publisher.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "trawl/h5/file.hpp"
#include "trawl/journal/journal_reader.hpp"
#include "trawl/results/columns.hpp"
#include "trawl/results/file_inspection.hpp"
#include "trawl/results/final_file.hpp"
#include "trawl/results/published_file.hpp"
#include "trawl/results/temporary_file.hpp"

namespace trawl {
namespace {

// The journal grows while a version is written.
constexpr std::uint64_t kRoomForOthers = 2UL << 20;

/// What comes behind `position` in the journal. Its records are longer than the rows that are made of them.
std::uint64_t bytes_behind(const std::string& path, const JournalPosition& position) {
  std::uint64_t bytes = 0;
  for (const std::uint64_t segment : journal_segments(path)) {
    if (segment >= position.segment) bytes += file_state(segment_path(path, segment)).bytes;
  }
  return bytes - std::min(bytes, position.offset);
}

void throw_if_it_may_pass(const h5::Hdf5Error& error) {
  if (tells_it_may_pass(error.what())) throw UnreachableError(error.what());
}

void rename_to(const std::string& from, const std::string& to) {
  std::error_code error;
  std::filesystem::rename(from, to, error);
  if (!error || error == std::errc::no_such_file_or_directory) return;  // also one that is gone by now
  throw StoreError(fmt::format("cannot rename {} to {}: {}", from, to, error.message()));
}

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
  const h5::Group legs = file.root().group(schema::kLegs);
  for (const h5::Group* table : {&epochs, &legs}) {
    const std::int64_t rows = table->dataset(schema::epochs::kTrial.name).rows();
    for (const std::string& name : table->names()) {
      if (!table->is_group(name) && table->dataset(name).rows() != rows)
        throw StoreError(fmt::format("{} was not written as a whole", path));
    }
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
  constexpr int kTries = 10;
  for (int i = 0; i < kTries; ++i) {
    permission_({});
    check_file();
    if (publish_once(end)) return;
  }
  throw StoreError(fmt::format("another program changes {} again and again", path_));
}

bool Publisher::publish_once(const std::optional<JournalPosition>& end) {
  // Before anything is in the tables in memory: they stay what the file holds.
  const std::uint64_t bytes = bytes_needed();
  require_room(path_, bytes + kRoomForOthers);
  // Unless it succeeds, the tables in memory are ahead of the file: the next version starts from the
  // journal's first record then.
  try {
    if (write_next_version(end, bytes)) return true;
  } catch (const PassingError&) {
    builder_.reset();
    throw;
  } catch (const h5::Hdf5Error& e) {
    builder_.reset();
    permission_({});
    throw_if_it_may_pass(e);
    if (file_state(path_) == state_) throw;
  } catch (const std::exception&) {
    builder_.reset();
    permission_({});  // another run that has taken over removes our temporary file
    if (file_state(path_) == state_) throw;
  }
  builder_.reset();
  return false;
}

std::uint64_t Publisher::bytes_needed() const {
  if (!builder_) return PublishedFile::room(study_, bytes_behind(path_, {}));
  return state_.bytes + bytes_behind(path_, position_) + kRoomBesideRows;
}

bool Publisher::is_current(const JournalPosition& end) const {
  return builder_ && position_ == end && file_state(path_) == state_;
}

void Publisher::check_file() {
  const FileState now = file_state(path_);
  if (now == state_) return;
  builder_.reset();
  look_at_file();
  state_ = file_state(path_);
}

void Publisher::look_at_file() {
  const FileInspection inspection = inspect_results(path_);
  switch (inspection.kind) {
    case FileInspection::Kind::missing:
      if (published_once_) report_(fmt::format("{} is gone: rebuilding it from the journal", path_));
      return;
    case FileInspection::Kind::results:
      if (inspection.run_id == study_.run_id && published_once_) return keep_changed();
      if (inspection.run_id == study_.run_id || inspection.run_id == study_.extends) return;
      return move_aside("holds another run");
    case FileInspection::Kind::foreign:
    case FileInspection::Kind::newer:
    case FileInspection::Kind::damaged: return move_aside(inspection.reason);
  }
}

void Publisher::move_aside(const std::string& why) {
  const std::string name = free_name(path_);
  rename_to(path_, name);
  set_aside_ = name;
  report_(fmt::format("{} {}: moved it to {}, rebuilding from the journal", path_, why, name));
}

void Publisher::keep_changed() {
  // One name only: a program that opens the file to write, again and again, must not fill the disk.
  const std::string name = path_ + ".changed";
  rename_to(path_, name);
  set_aside_ = name;
  if (std::exchange(changed_before_, true)) return;
  report_(
      fmt::format("{} was changed by another program, which must not write to it: moved it to {}, rebuilding "
                  "from the journal (said once)",
                  path_, name));
}

bool Publisher::write_next_version(const std::optional<JournalPosition>& end, std::uint64_t bytes) {
  TemporaryFile temporary(temporary_, path_);
  const bool append = builder_.has_value();
  if (append) {
    copy_file(path_, temporary.path());
    reserve_room(temporary.path(), bytes);
  } else {
    builder_.emplace(study_);
    position_ = {};
  }
  PublishedFile file = append ? PublishedFile::open(temporary.path(), study_)
                              : PublishedFile::create(temporary.path(), study_, bytes);

  JournalReader reader(path_, position_, end);
  while (const std::optional<JournalRecord> record = reader.next()) {
    builder_->apply(*record);
    if (builder_->is_full()) file.write(*builder_);
  }
  file.write(*builder_);
  file.finish(*builder_, reader.position());
  check_lengths(temporary.path(), study_.n_trials);

  permission_(reader.position());
  if (file_state(path_) != state_) return false;  // what was copied may be somebody else's
  state_ = temporary.publish(path_);
  position_ = reader.position();
  published_once_ = true;
  return true;
}

bool Publisher::finish() {
  TemporaryFile temporary(temporary_, path_);
  require_room(path_, state_.bytes + kRoomBesideRows + kRoomForOthers);
  try {
    write_final_file(path_, temporary.path());
  } catch (const h5::Hdf5Error& e) {
    throw_if_it_may_pass(e);
    if (file_state(path_) != state_) return false;
    throw;
  } catch (const StoreError&) {
    if (file_state(path_) != state_) return false;
    throw;
  }
  if (file_state(path_) != state_) return false;
  permission_(position_);
  state_ = temporary.publish(path_);
  return true;
}

}  // namespace trawl
