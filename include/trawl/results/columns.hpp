#pragma once

#include <array>
#include <string>
#include <vector>

#include "trawl/h5/file.hpp"
#include "trawl/results/schema.hpp"
#include "trawl/study/trial.hpp"

namespace trawl {

/// A measured column of /epochs and the field of a record it holds.
struct CurveColumn {
  schema::Column column;
  double EpochRecord::*field;
};
inline constexpr std::array<CurveColumn, 8> kCurveColumns = {{
    {schema::epochs::kTrainLoss, &EpochRecord::train_loss},
    {schema::epochs::kTrainCrossEntropy, &EpochRecord::train_cross_entropy},
    {schema::epochs::kTrainAccuracy, &EpochRecord::train_accuracy},
    {schema::epochs::kValLoss, &EpochRecord::val_loss},
    {schema::epochs::kValCrossEntropy, &EpochRecord::val_cross_entropy},
    {schema::epochs::kValAccuracy, &EpochRecord::val_accuracy},
    {schema::epochs::kLearningRate, &EpochRecord::learning_rate},
    {schema::epochs::kSeconds, &EpochRecord::seconds},
}};

inline constexpr std::int64_t kTrialChunkRows = 1024;
/// A file of few rows stays small, one of many is read fast.
inline constexpr std::int64_t kEpochChunkRows = 4096;
inline constexpr std::int64_t kSmallChunkRows = 64;
/// A label of a host name has at most 63 bytes; a full name is cut.
inline constexpr std::size_t kHostBytes = 64;

inline const std::vector<std::string> kStateNames = {"waiting", "running", "complete",
                                                     "pruned",  "failed",  "paused"};
inline const std::vector<std::string> kLevelNames = {"info", "warning", "error"};

}  // namespace trawl
