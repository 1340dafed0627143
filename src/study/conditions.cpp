// Decides which parameters are active at a point.
#include "trawl/study/conditions.hpp"

#include <algorithm>

#include "trawl/base/error.hpp"

namespace trawl {
namespace {

bool has_value(const std::vector<ParameterValue>& values, const ParameterValue& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

/// Goes through all combinations, one dimension a level.
class Combinations {
 public:
  Combinations(const SearchSpace& space, const std::vector<std::vector<ParameterValue>>& values,
               const std::function<bool(const Combination&)>& use)
      : space_(space), values_(values), use_(use), order_(parents_first(space)), places_(space.size()) {
    TRAWL_CHECK(order_.size() == space.size(), "conditions in a circle");
  }

  // False: no more is wanted.
  bool descend(std::size_t level) {
    if (level == order_.size()) return use_(places_);
    const std::size_t dimension = order_[level];
    if (!is_active(dimension)) {
      places_[dimension] = kInactive;
      return descend(level + 1);
    }
    const auto n = static_cast<std::int64_t>(values_[dimension].size());
    for (std::int64_t place = 0; place < n; ++place) {
      places_[dimension] = place;
      if (!descend(level + 1)) return false;
    }
    return true;
  }

 private:
  [[nodiscard]] bool is_active(std::size_t dimension) const {
    const auto& when = space_[dimension].when;
    return std::all_of(when.begin(), when.end(), [this](const Condition& condition) {
      const std::size_t parent = place_of(space_, condition.name).value();
      const std::int64_t place = places_[parent];
      return place != kInactive &&
             has_value(condition.values, values_[parent][static_cast<std::size_t>(place)]);
    });
  }

  const SearchSpace& space_;
  const std::vector<std::vector<ParameterValue>>& values_;
  const std::function<bool(const Combination&)>& use_;
  std::vector<std::size_t> order_;
  Combination places_;
};

}  // namespace

bool has_conditions(const SearchSpace& space) {
  return std::any_of(space.begin(), space.end(),
                     [](const SearchDimension& dimension) { return !dimension.when.empty(); });
}

std::optional<std::size_t> place_of(const SearchSpace& space, std::string_view name) {
  for (std::size_t i = 0; i < space.size(); ++i) {
    if (space[i].name == name) return i;
  }
  return std::nullopt;
}

std::vector<std::size_t> parents_first(const SearchSpace& space) {
  std::vector<std::size_t> order;
  std::vector<bool> placed(space.size(), false);
  const auto is_ready = [&](const Condition& condition) {
    const auto parent = place_of(space, condition.name);
    return parent && placed[*parent];
  };
  for (bool any = true; any;) {
    any = false;
    for (std::size_t i = 0; i < space.size(); ++i) {
      if (placed[i] || !std::all_of(space[i].when.begin(), space[i].when.end(), is_ready)) continue;
      placed[i] = any = true;
      order.push_back(i);
    }
  }
  return order;
}

Parameters active_parameters(const SearchSpace& space, const Parameters& all) {
  if (!has_conditions(space)) return all;
  std::vector<bool> active(space.size(), false);
  for (const std::size_t i : parents_first(space)) {
    const auto& when = space[i].when;
    active[i] = std::all_of(when.begin(), when.end(), [&](const Condition& condition) {
      const std::size_t parent = place_of(space, condition.name).value();
      return active[parent] && has_value(condition.values, all[parent].second);
    });
  }
  Parameters parameters;
  for (std::size_t i = 0; i < space.size(); ++i) {
    if (active[i]) parameters.push_back(all[i]);
  }
  return parameters;
}

bool names_all_active(const SearchSpace& space, const Parameters& point) {
  const auto holds = [&](const Condition& condition) {
    const ParameterValue* value = find_parameter(point, condition.name);
    return value != nullptr && has_value(condition.values, *value);
  };
  return std::all_of(space.begin(), space.end(), [&](const SearchDimension& dimension) {
    const bool is_named = find_parameter(point, dimension.name) != nullptr;
    return is_named || !std::all_of(dimension.when.begin(), dimension.when.end(), holds);
  });
}

SearchSpace with_ancestors(const SearchSpace& space, const std::vector<std::string_view>& names) {
  std::vector<bool> wanted(space.size(), false);
  std::vector<std::string_view> open = names;
  while (!open.empty()) {
    const auto place = place_of(space, open.back());
    open.pop_back();
    if (!place || wanted[*place]) continue;
    wanted[*place] = true;
    for (const Condition& condition : space[*place].when) open.push_back(condition.name);
  }
  SearchSpace part;
  for (std::size_t i = 0; i < space.size(); ++i) {
    if (wanted[i]) part.push_back(space[i]);
  }
  return part;
}

void for_each_combination(const SearchSpace& space, const std::vector<std::vector<ParameterValue>>& values,
                          const std::function<bool(const Combination&)>& use) {
  Combinations(space, values, use).descend(0);
}

}  // namespace trawl
