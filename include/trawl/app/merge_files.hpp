#pragma once

#include <string>
#include <vector>

#include "trawl/results/merge.hpp"
#include "trawl/run/program.hpp"

namespace trawl {

/// `trawl merge`: makes the results file `output` of those of a study's shards. Returns 0 if it is complete,
/// 75 if it is not, which only Missing::allow lets happen. Throws ConfigError if an input cannot be read, and
/// what merge() and write_results() throw.
int merge_files(const std::vector<std::string>& inputs, const std::string& output, Missing missing,
                const Program& program);

}  // namespace trawl
