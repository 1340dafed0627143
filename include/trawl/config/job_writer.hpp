#pragma once

#include <string>

#include "trawl/config/keys.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {

/// See JobFile::resolved.
std::string resolved_text(const StudyDefinition& definition, const KeyTable& keys);
/// See JobFile::identity.
std::string identity_text(const StudyDefinition& definition, const KeyTable& keys);

}  // namespace trawl
