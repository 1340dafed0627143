// Says which value of an epoch goes into which column, and how rows are stored.
#pragma once

#include <string>
#include <vector>

#include "trawl/h5/file.hpp"
#include "trawl/results/schema.hpp"
#include "trawl/study/trial.hpp"

namespace trawl {

inline constexpr std::int64_t kTrialChunkRows = 1024;
/// A file of few rows stays small, one of many is read fast.
inline constexpr std::int64_t kEpochChunkRows = 4096;
inline constexpr std::int64_t kSmallChunkRows = 64;
/// A label of a host name has at most 63 bytes; a full name is cut.
inline constexpr std::size_t kHostBytes = 64;
/// A longer word is cut.
inline constexpr std::size_t kSamplerBytes = 32;

inline const std::vector<std::string> kStateNames = {"waiting", "running", "complete",
                                                     "pruned",  "failed",  "paused"};
inline const std::vector<std::string> kLevelNames = {"info", "warning", "error"};

}  // namespace trawl
