#pragma once

#include <string>

#include "trawl/results/study_tables.hpp"
#include "trawl/study/identity.hpp"

namespace trawl {

/// Writes `tables` as the results file `path` of the study: under temporary names, read back and compared,
/// then renamed; a kill leaves nothing at `path`. Where the tables are not complete, `run` carries on from
/// them. Throws StudyMismatchError if a file or a journal is there already, and StoreError.
void write_results(const std::string& path, const StudyDescription& study, const StudyTables& tables);

}  // namespace trawl
