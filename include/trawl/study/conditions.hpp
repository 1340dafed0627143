#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "trawl/study/parameter.hpp"
#include "trawl/study/search_space.hpp"

namespace trawl {

/// Does any parameter of the space have conditions?
bool has_conditions(const SearchSpace& space);

/// The place of the dimension called `name`, nullopt if there is none.
std::optional<std::size_t> place_of(const SearchSpace& space, std::string_view name);

/// The places of the dimensions, each behind those that its conditions name. Dimensions whose
/// conditions lead back to themselves, and those that depend on them, are left out.
std::vector<std::size_t> parents_first(const SearchSpace& space);

/// What is active of a point. Requires a value of every dimension, in the order of the space.
Parameters active_parameters(const SearchSpace& space, const Parameters& all);

/// Does `point` have a value of every parameter that is active by the values it has?
bool names_all_active(const SearchSpace& space, const Parameters& point);

/// The dimensions that `names` and the conditions of any of them name, in the order of the space.
SearchSpace with_ancestors(const SearchSpace& space, const std::vector<std::string_view>& names);

/// Of every dimension the place of its value, or kInactive.
using Combination = std::vector<std::int64_t>;
constexpr std::int64_t kInactive = -1;

/// Calls `use` once for each distinct combination of `values`, one list a dimension, until it returns
/// false. Requires a space that holds whatever its conditions name.
void for_each_combination(const SearchSpace& space, const std::vector<std::vector<ParameterValue>>& values,
                          const std::function<bool(const Combination&)>& use);

}  // namespace trawl
