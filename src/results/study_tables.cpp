// Holds a whole results file in memory.
#include "trawl/results/study_tables.hpp"

#include <algorithm>
#include <iterator>

namespace trawl {

std::vector<TrialRow> trials_in_shard(const StudyTables& tables) {
  std::vector<TrialRow> in_shard;
  std::copy_if(tables.trials.begin(), tables.trials.end(), std::back_inserter(in_shard),
               [&](const TrialRow& row) { return tables.shard.has_point(row.point); });
  return in_shard;
}

namespace {

template <class Row>
std::span<const Row> rows_of(const std::vector<Row>& rows, TrialNumber trial) {
  const auto first =
      std::partition_point(rows.begin(), rows.end(), [=](const Row& row) { return row.trial < trial; });
  const auto last =
      std::partition_point(first, rows.end(), [=](const Row& row) { return row.trial == trial; });
  return {first, last};
}

}  // namespace

std::span<const EpochRow> epochs_of(const StudyTables& tables, TrialNumber trial) {
  return rows_of(tables.epochs, trial);
}

std::span<const LegRow> legs_of(const StudyTables& tables, TrialNumber trial) {
  return rows_of(tables.legs, trial);
}

bool was_paused(const StudyTables& tables, const TrialRow& row) {
  if (row.state == TrialState::paused) return true;
  const auto legs = legs_of(tables, row.number);
  return row.state == TrialState::pruned && !legs.empty() && legs.back().state == TrialState::paused;
}

}  // namespace trawl
