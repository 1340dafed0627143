#pragma once

#include <functional>

#include "trawl/journal/journal_record.hpp"
#include "trawl/results/study_tables.hpp"

namespace trawl {

/// Calls `use` with the records of a journal from which the tables would be published again, for
/// a study that goes on from a published file alone. Of failed attempts only the last one's
/// number is known, and of weights only the best network's. `parameters` give choices back
/// the kinds of value they had in the job file.
void for_each_published_record(const StudyTables& tables, const std::vector<ParameterColumn>& parameters,
                               const std::function<void(const JournalRecord&)>& use);

/// A choice that was read as a text, as the value it was; other values as they are.
Parameters restored_parameters(const Parameters& stored, const std::vector<ParameterColumn>& columns);

}  // namespace trawl
