#pragma once

#include <string>

namespace trawl {

/// `trawl export --csv`: the tables of a results file, finished or not, as study.csv, trials.csv (of a shard:
/// its own trials), epochs.csv, workers.csv, messages.csv and provenance.csv in `folder`, which is made if it
/// is not there. Columns have the names they have in the file and in pandas. An export of the same study (or
/// shard) is replaced, file by file, each at once. Returns the exit code. Throws ConfigError if `path` cannot
/// be read or a file of that name holds something else, StoreError if `folder` cannot be written.
int export_csv(const std::string& path, const std::string& folder);

}  // namespace trawl
