#pragma once

#include <string>

#include "trawl/study/definition.hpp"

namespace trawl {

/// See JobFile::resolved.
std::string resolved_text(const StudyDefinition& definition);
/// See JobFile::identity.
std::string identity_text(const StudyDefinition& definition);

}  // namespace trawl
