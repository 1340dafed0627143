#pragma once

#include <string>
#include <vector>

#include "trawl/study/definition.hpp"

namespace trawl {

/// What a job of the perceptron may say, but hardly means.
std::vector<std::string> perceptron_warnings(const StudyDefinition& definition);

}  // namespace trawl
