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

std::span<const EpochRow> epochs_of(const StudyTables& tables, TrialNumber trial) {
  const auto first = std::partition_point(tables.epochs.begin(), tables.epochs.end(),
                                          [=](const EpochRow& row) { return row.trial < trial; });
  const auto last = std::partition_point(first, tables.epochs.end(),
                                         [=](const EpochRow& row) { return row.trial == trial; });
  return {first, last};
}

}  // namespace trawl
