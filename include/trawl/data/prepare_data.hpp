#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trawl/data/scaling.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {

/// What a prepared file holds, and what its user should know.
struct DataSummary {
  std::int64_t train_rows = 0;
  std::int64_t validation_rows = 0;
  std::int64_t test_rows = 0;
  std::int64_t n_features = 0;
  std::int64_t n_classes = 0;
  std::uint64_t hash = 0;                  ///< PreparedData::hash()
  std::vector<std::string> warnings;       ///< one line each
  std::vector<std::string> index_columns;  ///< of a table, as data.exclude names them
  bool is_part_without_class = false;      ///< training or validation rows lack a class that other rows have
  bool are_bytes_small = false;            ///< unit, the scaling, leaves next to nothing of them
  Scaling scaling;                         ///< what became of the features
  std::vector<std::string> feature_names;  ///< empty: the source names none

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& train_rows& validation_rows& test_rows& n_features& n_classes& hash& warnings& index_columns&
        is_part_without_class& are_bytes_small& scaling& feature_names;
  }
};

/// Reads the samples, checks them, splits them, fits the scaling on the training rows and
/// writes all of it to `path` as a prepared file. The same definition, files and seed give
/// the same bytes. `study_seed` decides the shuffled split, nothing else.
/// n_classes is the highest label of the train and validation rows + 1.
/// Throws DataError, naming file, row and column, if the data cannot be used; StoreError
/// if `path` cannot be written.
DataSummary prepare_data(const DataDefinition& data, std::uint64_t study_seed, const std::string& path);

}  // namespace trawl
