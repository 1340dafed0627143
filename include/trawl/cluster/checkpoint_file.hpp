#pragma once

#include <optional>
#include <string>

#include "trawl/base/disk_file.hpp"
#include "trawl/study/trial.hpp"

namespace trawl {

/// Where the trials of a study keep their checkpoints, and how often.
struct CheckpointSettings {
  std::string folder;   ///< "": they keep none
  std::string study;    ///< equal for all runs of one study, and for no other
  std::string build;    ///< of trawl: no other reads the bytes
  double every = 60.0;  ///< seconds; 0: only when a trial is stopped

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& folder& study& build& every;
  }
};

/// The checkpoint of one trial, FOLDER/NUMBER.checkpoint: a text that says whose it is, and the sealed state.
/// It is replaced as a whole, so that whoever dies while one is saved leaves the one before.
class CheckpointFile {
 public:
  CheckpointFile(const CheckpointSettings& settings, TrialNumber trial);

  /// What was saved last; empty if nothing was. Throws StoreError or ArchiveError, saying why, if it cannot
  /// be used: it is damaged, or another study's, trial's or build's.
  [[nodiscard]] std::optional<std::string> load() const;
  /// Makes the folder too. Throws StoreError where that cannot be done, and for a state above
  /// kMaxSealedBytes.
  /// Without sync it survives this process, and what has been lost after a crash of the machine is found by
  /// load().
  void save(const std::string& state, Sync sync = Sync::yes) const;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  void write(const std::string& path, const std::string& state) const;

  std::string folder_;
  std::string path_;
  std::string owner_;  // how the file begins
};

/// FOLDER/NUMBER.checkpoint. The name of a file that is not complete yet is longer.
std::string checkpoint_path(const std::string& folder, TrialNumber trial);

}  // namespace trawl
