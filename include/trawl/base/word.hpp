#pragma once

#include <string_view>

namespace trawl {

/// Lower-case letters, digits and _, a letter first: what job files and results files may call a thing.
bool is_word(std::string_view text);

}  // namespace trawl
