#pragma once

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "trawl/base/clock.hpp"
#include "trawl/cluster/trial_executor.hpp"

namespace trawl::testing {

inline Assignment assignment(TrialNumber number) {
  Assignment result;
  result.trial.number = number;
  return result;
}

inline std::vector<TrialNews> run_to_end(TrialExecutor& executor) {
  constexpr double kLongest = 60.0;  // with sanitizers, on a busy machine
  std::vector<TrialNews> all;
  for (double end = steady_time() + kLongest; executor.running() && steady_time() < end;) {
    executor.wait(0.05);
    for (TrialNews& news : executor.poll()) all.push_back(std::move(news));
  }
  EXPECT_FALSE(executor.running()) << "still running after " << kLongest << " s";
  return all;
}

// All news of one assignment.
inline std::vector<TrialNews> run(TrialExecutor& executor, TrialNumber number) {
  executor.start(assignment(number));
  return run_to_end(executor);
}

inline std::string failure(const std::vector<TrialNews>& news) {
  const auto* failed = news.empty() ? nullptr : std::get_if<LegFailed>(&news.back());
  return failed == nullptr ? "" : failed->reason;
}

}  // namespace trawl::testing
