#pragma once

#include <string>
#include <string_view>

namespace trawl {

/// Throws DataError if the first lines of a table are cut by something else than commas: semicolons, tabs,
/// bars or blanks. It names the separator, and how pandas writes the table with commas.
void refuse_other_separators(const std::string& path, std::string_view head);

}  // namespace trawl
