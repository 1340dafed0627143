#pragma once

#include <string>
#include <vector>

#include "trawl/config/yaml_tree.hpp"
#include "trawl/study/definition.hpp"
#include "trawl/study/program_declaration.hpp"

namespace trawl {

/// What a job of the program may say, but hardly means. `job` is the tree the definition was read from.
std::vector<std::string> job_warnings(const StudyDefinition& definition, const YamlTree& job,
                                      const ProgramDeclaration& program);

}  // namespace trawl
