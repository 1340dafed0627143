#pragma once

#include <string>

#include "trawl/config/keys.hpp"

namespace trawl {

/// A Markdown table of the keys: key, type, default, allowed, searchable, meaning.
std::string key_table(const KeyTable& keys);

}  // namespace trawl
