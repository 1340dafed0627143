#pragma once

#include <string>

namespace trawl {

/// The lines that stand in one of two texts only, each on a new line behind the name of its text: how two
/// identities differ.
std::string differing_lines(const std::string& a, const char* name_of_a, const std::string& b,
                            const char* name_of_b);

/// Are two texts of "key: value" lines equal but for the value of `key`?
bool differ_in_one_key(const std::string& a, const std::string& b, const std::string& key);

}  // namespace trawl
