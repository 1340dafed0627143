#pragma once

#include <string>
#include <vector>

#include "trawl/config/job_file.hpp"
#include "trawl/config/keys.hpp"
#include "trawl/config/yaml_tree.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {

struct ReadDefinition {
  StudyDefinition definition;
  std::vector<std::string> notes;  ///< what was decided while reading, for the user to know
  std::string too_many_points;     ///< as JobFile has it
};

/// The definition behind the tree of the job file at `path`, overrides applied.
ReadDefinition read_definition(const std::string& path, const YamlTree& job, const BestOfFile& best_of_file,
                               const KeyTable& keys);

}  // namespace trawl
