#pragma once

#include <string>
#include <vector>

#include "trawl/results/study_tables.hpp"

namespace trawl {

/// A results file of which the study is to be put together, and what it holds.
struct MergeInput {
  std::string path;
  StudyTables tables;
};

/// Whether trials may be missing in what is merged.
enum class Missing { refuse, allow };

/// One study of the results of its shards (or of any files with its identity). It takes every point whose
/// repeats have all finished in one input, whole, so that the best point's weights are there; with
/// Missing::allow the other points stay `waiting`. All starts, workers and messages are kept. What it gives
/// is `complete` if every trial is there and every input is complete.
///
/// Throws StudyMismatchError: another study among the inputs (the lines that differ), a trial that finished
/// differently in two of them (its first difference), or, with Missing::refuse, missing trials
/// (which, and which shards) or an incomplete input.
StudyTables merge(const std::vector<MergeInput>& inputs, Missing missing);

}  // namespace trawl
