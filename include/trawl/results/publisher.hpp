#pragma once

#include <functional>
#include <optional>
#include <string>

#include "trawl/base/disk_file.hpp"
#include "trawl/journal/journal_record.hpp"
#include "trawl/results/table_builder.hpp"

namespace trawl {

/// Makes FILE.h5 from its journal, always in the same way: what the journal says behind the place
/// the last version reached is added to a copy of that version, which then takes its name. Where there is no
/// last version of its own (at the start, after a failure, when somebody touched the file), it begins with
/// the journal's first record. Memory does not grow with finished trials. One thread at a time.
class Publisher {
 public:
  /// Told once about a foreign, damaged or changed file that was moved aside, or a missing one.
  using Report = std::function<void(const std::string& text)>;
  /// Throws if a version that holds the journal up to there may not take the name.
  using Permission = std::function<void(const JournalPosition& holds)>;

  /// `temporary`: where the next version grows; no other run may use the name.
  Publisher(std::string path, std::string temporary, JournaledStudy study, Report report,
            Permission permission);

  /// Publishes the journal up to `end`; without an end, all of it. Throws StoreError, NoRoomError if the disk
  /// is too full; what was published before stays.
  void publish(const std::optional<JournalPosition>& end);
  /// Publishes the final version of the file. All must have been published before. False if somebody touched
  /// the file meanwhile: it has to be published once more.
  bool finish();

  /// True if the file holds the journal up to `end`, and nobody has touched it.
  [[nodiscard]] bool is_current(const JournalPosition& end) const;
  /// Where a file that was not ours was moved to; "" if there was none.
  [[nodiscard]] const std::string& set_aside() const { return set_aside_; }

 private:
  /// Both: false if somebody touched the file meanwhile.
  bool publish_once(const std::optional<JournalPosition>& end);
  bool write_next_version(const std::optional<JournalPosition>& end, std::uint64_t bytes);
  [[nodiscard]] std::uint64_t bytes_needed() const;
  void check_file();
  void look_at_file();
  void keep_changed();
  void move_aside(const std::string& why);

  std::string path_;
  std::string temporary_;
  JournaledStudy study_;
  Report report_;
  Permission permission_;
  std::optional<TableBuilder> builder_;  // what the last version holds
  JournalPosition position_;             // of the journal in it
  FileState state_;                      // of the file as we left it, or last saw it
  bool published_once_ = false;
  bool changed_before_ = false;
  std::string set_aside_;
};

}  // namespace trawl
