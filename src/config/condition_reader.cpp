// Reads when a parameter is to be searched at all.
#include "trawl/config/condition_reader.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "trawl/base/error.hpp"
#include "trawl/config/search_reader.hpp"
#include "trawl/config/suggestion.hpp"
#include "trawl/config/value_reader.hpp"
#include "trawl/study/conditions.hpp"
#include "trawl/study/grid.hpp"

namespace trawl {
namespace {

using Kind = ValueRule::Kind;

std::vector<std::string> names_of(const SearchSpace& space) {
  std::vector<std::string> names;
  names.reserve(space.size());
  for (const SearchDimension& dimension : space) names.push_back(dimension.name);
  return names;
}

// Of a key whose values are lists themselves, [128, 64] is one of them and [[128, 64]] a list of one.
std::vector<const YamlTree*> values_in(const YamlTree& tree, const JobKey& key) {
  const bool is_list_key = key.rule.kind == Kind::integers || key.rule.kind == Kind::numbered;
  const auto is_list = [](const YamlTree& item) { return item.kind == YamlTree::Kind::list; };
  const bool is_one =
      !is_list(tree) ||
      (is_list_key && !(std::all_of(tree.items.begin(), tree.items.end(), is_list) && !tree.items.empty()));
  if (is_one) return {&tree};
  std::vector<const YamlTree*> values;
  for (const YamlTree& item : tree.items) values.push_back(&item);
  return values;
}

class ConditionReader {
 public:
  ConditionReader(bool for_grid, const KeyTable& keys, const SearchSpace& space)
      : for_grid_(for_grid), keys_(keys), space_(space) {}

  // In the order of the space, and values in that of the choices: one text for one meaning.
  [[nodiscard]] std::vector<Condition> read(const YamlTree& tree, const std::string& path) const {
    if (tree.kind != YamlTree::Kind::map || tree.entries.empty()) {
      const std::string found = tree.kind == YamlTree::Kind::map ? "an empty map" : found_text(tree);
      fail(tree.place, path,
           fmt::format("found {}; allowed: a map such as {{optimizer: [momentum, nesterov]}}", found));
    }
    std::vector<Condition> when;
    for (const YamlEntry& entry : tree.entries) when.push_back(read_one(entry, path + "." + entry.key));
    std::sort(when.begin(), when.end(), [this](const Condition& a, const Condition& b) {
      return place_of(space_, a.name) < place_of(space_, b.name);
    });
    return when;
  }

 private:
  [[nodiscard]] Condition read_one(const YamlEntry& entry, const std::string& path) const {
    const auto place = place_of(space_, entry.key);
    if (!place) {
      const std::vector<std::string> names = names_of(space_);
      fail(entry.place, path,
           fmt::format("is not searched here{} (allowed: {})", did_you_mean(entry.key, names),
                       fmt::join(names, ", ")));
    }
    const Distribution& distribution = space_[*place].distribution;
    if (std::holds_alternative<FloatDistribution>(distribution)) {
      fail(entry.place, path, "is a float between bounds; a condition names choices or whole numbers");
    }
    Condition condition{entry.key, {}};
    const JobKey& key = *keys_.find_searchable(entry.key);
    for (const YamlTree* item : values_in(entry.value, key)) {
      condition.values.push_back(read_value_of(*item, key, distribution, path));
      const auto last = condition.values.end() - 1;
      if (std::find(condition.values.begin(), last, *last) == last) continue;
      fail(item->place, path, fmt::format("found {} twice; every value counts once", to_text(*last)));
    }
    if (condition.values.empty())
      fail(entry.value.place, path, "found an empty list; allowed: at least one value");
    sort_values(distribution, condition.values);
    return condition;
  }

  [[nodiscard]] ParameterValue read_value_of(const YamlTree& tree, const JobKey& key,
                                             const Distribution& distribution,
                                             const std::string& path) const {
    ParameterValue value = read_value(key.rule, tree, path);
    if (for_grid_) {
      const std::vector<ParameterValue> values = grid_values(distribution);
      if (std::find(values.begin(), values.end(), value) != values.end()) return value;
    } else if (contains(distribution, value)) {
      return value;
    }
    fail(tree.place, path,
         fmt::format("found {}, which {} never has here; allowed: {}", to_text(value), key.name(),
                     to_yaml(distribution)));
  }

  static void sort_values(const Distribution& distribution, std::vector<ParameterValue>& values) {
    const auto* categories = std::get_if<CategoricalDistribution>(&distribution);
    std::sort(values.begin(), values.end(), [&](const ParameterValue& a, const ParameterValue& b) {
      if (categories == nullptr) return std::get<std::int64_t>(a) < std::get<std::int64_t>(b);
      const auto& choices = categories->choices;
      return std::find(choices.begin(), choices.end(), a) < std::find(choices.begin(), choices.end(), b);
    });
  }

  bool for_grid_;
  const KeyTable& keys_;
  const SearchSpace& space_;
};

// From a parameter that no order has a place for, always along such ones, until one comes again.
[[noreturn]] void fail_circle(const SearchSpace& space, const YamlTree& tree) {
  const std::vector<std::size_t> order = parents_first(space);
  const auto is_placed = [&](std::size_t i) {
    return std::find(order.begin(), order.end(), i) != order.end();
  };
  std::size_t at = 0;
  while (is_placed(at)) ++at;
  std::vector<std::size_t> way;
  while (std::find(way.begin(), way.end(), at) == way.end()) {
    way.push_back(at);
    for (const Condition& condition : space[way.back()].when) {
      const std::size_t parent = place_of(space, condition.name).value();
      if (!is_placed(parent)) at = parent;
    }
  }
  way.erase(way.begin(), std::find(way.begin(), way.end(), at));
  std::string text;
  for (const std::size_t i : way) text += space[i].name + " depends on ";
  const std::string& name = space[at].name;
  const YamlTree& when = *tree.find(name)->find("when");
  fail(when.place, fmt::format("search.space.{}.when", name),
       fmt::format("{}{}: conditions must not go in a circle; remove one", text, name));
}

}  // namespace

void read_conditions(const YamlTree& tree, bool for_grid, const KeyTable& keys, SearchSpace& space) {
  const ConditionReader reader(for_grid, keys, space);
  for (SearchDimension& dimension : space) {
    const YamlTree* when = tree.find(dimension.name)->find("when");
    if (when != nullptr)
      dimension.when = reader.read(*when, fmt::format("search.space.{}.when", dimension.name));
  }
  if (parents_first(space).size() < space.size()) fail_circle(space, tree);
}

SearchSpace without_fixed(const SearchSpace& space, const std::function<bool(const std::string&)>& is_fixed,
                          const std::function<ParameterValue(const std::string&)>& fixed_value,
                          const std::function<void(const std::string&)>& note) {
  std::vector<std::optional<SearchDimension>> left(space.begin(), space.end());
  std::set<std::string> never;
  for (const std::size_t i : parents_first(space)) {
    if (is_fixed(space[i].name)) {
      left[i].reset();
      continue;
    }
    auto& when = left[i]->when;
    std::string problem;
    const auto is_settled = [&](const Condition& condition) {
      if (never.count(condition.name) > 0) problem = fmt::format("{} is not searched", condition.name);
      if (!is_fixed(condition.name)) return false;
      const ParameterValue value = fixed_value(condition.name);
      const auto& values = condition.values;
      if (std::find(values.begin(), values.end(), value) == values.end())
        problem = fmt::format("{} is {}", condition.name, to_text(value));
      return true;
    };
    when.erase(std::remove_if(when.begin(), when.end(), is_settled), when.end());
    if (problem.empty()) continue;
    never.insert(space[i].name);
    left[i].reset();
    note(fmt::format("{} is not searched: it is for {}, and {}", space[i].name, to_text(space[i].when),
                     problem));
  }
  SearchSpace rest;
  for (auto& dimension : left) {
    if (dimension) rest.push_back(std::move(*dimension));
  }
  return rest;
}

std::string to_text(const std::vector<Condition>& when) {
  std::string text;
  for (const Condition& condition : when) {
    text += fmt::format("{}{} ", text.empty() ? "" : ", and ", condition.name);
    for (std::size_t i = 0; i < condition.values.size(); ++i) {
      const bool is_last = i + 1 == condition.values.size();
      text += fmt::format("{}{}", i == 0 ? "" : is_last ? " or " : ", ", to_text(condition.values[i]));
    }
  }
  return text;
}

}  // namespace trawl
