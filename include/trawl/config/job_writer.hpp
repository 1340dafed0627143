#pragma once

#include <string>

#include "trawl/config/keys.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {

/// See JobFile::resolved.
std::string resolved_text(const StudyDefinition& definition, const KeyTable& keys);
/// See JobFile::older_identity.
std::string identity_text(const StudyDefinition& definition, const KeyTable& keys);
/// What JobFile::identity has beside that: kDistinctLine for a search that tries no point twice, as
/// the points of its space can be counted; "" for others.
std::string points_identity(const SearchDefinition& search);
constexpr const char* kDistinctLine = "search.distinct: true\n";

}  // namespace trawl
