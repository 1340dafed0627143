#pragma once

#include <string>
#include <vector>

#include "trawl/run/program.hpp"

namespace trawl {

/// `trawl train`: one training with the job's fixed values, without its search, in this
/// process; prints a line an epoch and at the end the figures of the test rows. Returns the
/// exit code: 0, 3 if the training failed, 75 if it was stopped.
int train_once(const std::string& job, const std::vector<std::string>& overrides, const Program& program);

}  // namespace trawl
