#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trawl/study/definition.hpp"

namespace trawl {

/// What a job of the perceptron may say, but hardly means.
std::vector<std::string> perceptron_warnings(const StudyDefinition& definition);

/// That a pruner's trials tie where so few validation rows are counted.
std::vector<std::string> perceptron_data_warnings(const StudyDefinition& definition,
                                                  std::int64_t validation_rows);

}  // namespace trawl
