#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "trawl/h5/file.hpp"
#include "trawl/journal/journal_record.hpp"
#include "trawl/results/table_builder.hpp"

namespace trawl {

/// What a file needs beside its rows: attributes, chunks that are begun, the index of chunks.
inline constexpr std::uint64_t kRoomBesideRows = 2UL << 20;

/// Bytes of the longest name of a feature, as long as a column of names has; 0 if there are none, or all
/// together take more than 16 MiB so: they are left out.
std::size_t longest_name(const FeatureScaling& scaling);

/// A results file that is being written, under a name no reader knows. After any StoreError it is
/// good for nothing but removal.
class PublishedFile {
 public:
  /// With rows for all trials, none of them started, and room for `bytes`. libhdf5 must not meet a full disk:
  /// it may lose rows then without a word.
  static PublishedFile create(const std::string& path, const JournaledStudy& study, std::uint64_t bytes);
  /// More than a file takes with rows for all trials and `bytes` in other rows.
  static std::uint64_t room(const JournaledStudy& study, std::uint64_t bytes);
  static PublishedFile open(const std::string& path, const JournaledStudy& study);

  /// Writes what is pending.
  void write(TableBuilder& builder);
  /// The last act: says how much of the journal is in the file and closes it, checked.
  void finish(const TableBuilder& builder, const JournalPosition& position);

 private:
  PublishedFile(h5::File file, const JournaledStudy& study) : file_(std::move(file)), study_(&study) {}

  void clear_errors(const std::set<TrialNumber>& trials);
  void write_trials(const std::vector<TrialRow>& rows);
  void write_parameters(h5::Group& trials, const std::vector<TrialRow>& rows);
  /// Marks those rows in which the parameter is active; returns them.
  std::vector<TrialRow> write_active(h5::Group& trials, const ParameterColumn& column,
                                     const std::vector<TrialRow>& rows);
  void append_epochs(const std::vector<EpochRow>& rows);
  void remove_epochs(std::vector<std::int64_t> rows, TableBuilder& builder);
  void append_legs(const std::vector<LegRow>& rows);
  void append_messages(const std::vector<MessageLogged>& rows);
  void write_sessions(const std::vector<SessionRow>& rows);
  void write_workers(const std::vector<WorkerRow>& rows);
  void write_best(const BestNetwork& best);
  void write_scaling(h5::Group& best);

  h5::File file_;
  const JournaledStudy* study_;
};

}  // namespace trawl
