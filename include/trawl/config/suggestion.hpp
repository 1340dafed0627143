#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trawl {

/// The word most likely meant by `typed`: what other programs' word stands for, or the nearest by
/// edits (a swap of neighbours is one) if it is near enough; "" otherwise. Ties: the first.
std::string nearest(std::string_view typed, const std::vector<std::string>& words);

/// "; did you mean adam?" or ""
std::string did_you_mean(std::string_view typed, const std::vector<std::string>& words);

/// For n_layers, units_l0 and the like, by which other programs search the shape of a network: "; the shape
/// of a network is searched as a list: ..."; else what did_you_mean() says.
std::string shape_hint(std::string_view typed, const std::vector<std::string>& words);

}  // namespace trawl
