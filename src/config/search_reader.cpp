// Reads and writes search spaces.
#include "trawl/config/search_reader.hpp"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "trawl/config/condition_reader.hpp"
#include "trawl/config/suggestion.hpp"
#include "trawl/config/value_reader.hpp"

namespace trawl {
namespace {

using Kind = ValueRule::Kind;

constexpr std::int64_t kMaxPoints = 1'000'000;  // of one dimension of a grid
constexpr const char* kDistributionAllowed =
    "{choices: [...]} or {low: ..., high: ...} with log: true, step: ... or points: ...";
constexpr const char* kChoicesAllowed = "{choices: [...]}";
constexpr const char* kShapesAllowed = "{choices: [[32], [64], [64, 32]]}, a list of the shapes to try";

const JobKey& searchable_key(const KeyTable& keys, const YamlEntry& entry, const std::string& path) {
  const JobKey* key = keys.find_searchable(entry.key);
  if (key != nullptr) return *key;
  const std::vector<std::string> names = keys.searchable_names();
  const std::string last = entry.key.substr(entry.key.rfind('.') + 1);  // training.dropout: dropout is meant
  fail(entry.place, path,
       fmt::format("cannot be searched{} (allowed: {})", shape_hint(last, names), fmt::join(names, ", ")));
}

// Rates are searched between bounds as one rate for all layers.
bool is_real(const JobKey& key) { return key.rule.kind == Kind::real || key.rule.kind == Kind::reals; }
bool is_integer(const JobKey& key) {
  return key.rule.kind == Kind::integer || key.rule.kind == Kind::integer_or_word;
}

/// The map of one dimension, while it is read.
struct DimensionReader {
  const JobKey& key;
  const YamlTree& tree;
  std::string path;
  bool for_grid;

  [[nodiscard]] Distribution read() const {
    check_shape();
    if (tree.find("choices") != nullptr) return read_choices();
    for (const char* bound : {"low", "high"}) {
      if (tree.find(bound) == nullptr) fail(tree.place, path, fmt::format("{} is missing", bound));
    }
    return is_real(key) ? Distribution(read_float()) : Distribution(read_int());
  }

 private:
  [[nodiscard]] bool has_shape() const { return key.rule.kind == Kind::integers; }
  [[nodiscard]] const char* allowed() const {
    return is_real(key) || is_integer(key) ? kDistributionAllowed : kChoicesAllowed;
  }

  void check_shape() const {
    if (tree.kind != YamlTree::Kind::map || tree.entries.empty()) {
      fail(tree.place, path, fmt::format("found {}; allowed: {}", found(), allowed()));
    }
    const std::vector<std::string> names = {"choices", "low", "high", "log", "step", "points", "when"};
    for (const YamlEntry& entry : tree.entries) {
      if (std::find(names.begin(), names.end(), entry.key) == names.end()) {
        fail(entry.place, path + "." + entry.key,
             fmt::format("unknown key{} (allowed: {})",
                         has_shape() ? shape_hint(entry.key, names) : did_you_mean(entry.key, names),
                         fmt::join(names, ", ")));
      }
      if (entry.key == "when") continue;
      const bool is_choices = entry.key == "choices";
      if (!is_choices && !is_real(key) && !is_integer(key)) {
        fail(entry.place, path + "." + entry.key,
             fmt::format("{} has no order; allowed: {}", key.name(),
                         has_shape() ? kShapesAllowed : kChoicesAllowed));
      }
      if (!is_choices && tree.find("choices") != nullptr) {
        fail(entry.place, path + "." + entry.key, "choices and bounds exclude each other; remove one");
      }
    }
  }

  [[nodiscard]] std::string found() const {
    const bool empty = tree.kind == YamlTree::Kind::map && tree.entries.empty();
    return empty ? "an empty map" : found_text(tree);
  }

  [[nodiscard]] CategoricalDistribution read_choices() const {
    const YamlTree& list = *tree.find("choices");
    const std::string list_path = path + ".choices";
    if (list.kind != YamlTree::Kind::list) {
      fail(list.place, list_path, fmt::format("found {}; allowed: a list of values", found_text(list)));
    }
    if (list.items.empty()) fail(list.place, list_path, "found an empty list; allowed: at least one value");
    CategoricalDistribution categories;
    for (const YamlTree& item : list.items) {
      ParameterValue value = read_value(key.rule, item, list_path);
      auto& choices = categories.choices;
      if (std::find(choices.begin(), choices.end(), value) != choices.end()) {
        fail(item.place, list_path, fmt::format("found {} twice; every choice counts once", to_text(value)));
      }
      choices.push_back(std::move(value));
    }
    return categories;
  }

  // Everything but the values of the bounds and the step, which have a type.
  template <class Range>
  void read_shape(Range& range) const {
    if (const YamlTree* log = tree.find("log")) range.log = read_boolean(*log, path + ".log");
    if (const YamlTree* points = tree.find("points")) {
      range.points =
          std::get<std::int64_t>(read_value(integer_between(1, kMaxPoints), *points, path + ".points"));
    }
    check(range);
  }

  template <class Range>
  void check(const Range& range) const {
    if (range.low > range.high) {
      fail(tree.find("low")->place, path, fmt::format("low {} is above high {}", range.low, range.high));
    }
    if (range.log && !(range.low > 0)) {
      fail(tree.find("low")->place, path,
           fmt::format("found low {}; with log: true low must be > 0", range.low));
    }
    if (range.log && range.step) {
      fail(tree.find("step")->place, path, "log and step exclude each other; use points, or remove one");
    }
    if (range.points && range.step) {
      fail(tree.find("points")->place, path, "points and step exclude each other; remove one");
    }
    if (for_grid && !range.points && !range.step) {
      fail(tree.place, path, "a grid needs step, points or choices to count the values");
    }
    check_count(range);
  }

  template <class Range>
  void check_count(const Range& range) const {
    if (!range.step) return;
    const double span = static_cast<double>(range.high) - static_cast<double>(range.low);
    const double steps = span / static_cast<double>(*range.step);
    if (steps >= static_cast<double>(kMaxPoints)) {
      fail(tree.find("step")->place, path,
           fmt::format("found {:.3g} values; allowed: at most {}", steps + 1, kMaxPoints));
    }
  }

  [[nodiscard]] double real(const char* name, const ValueRule& rule) const {
    return std::get<double>(read_value(rule, *tree.find(name), path + "." + name));
  }
  [[nodiscard]] std::int64_t integer(const char* name, const ValueRule& rule) const {
    return std::get<std::int64_t>(read_value(rule, *tree.find(name), path + "." + name));
  }

  [[nodiscard]] FloatDistribution read_float() const {
    FloatDistribution range;
    const ValueRule& bounds = key.rule;
    const ValueRule rule = real_between(bounds.low, bounds.low_open, bounds.high, bounds.high_open);
    range.low = real("low", rule);
    range.high = real("high", rule);
    if (tree.find("step") != nullptr) range.step = real("step", real_above(0.0));
    read_shape(range);
    return range;
  }

  [[nodiscard]] IntDistribution read_int() const {
    const ValueRule rule = integer_between(key.rule.least, key.rule.most);
    IntDistribution range;
    range.low = integer("low", rule);
    range.high = integer("high", rule);
    if (tree.find("step") != nullptr) range.step = integer("step", integer_between(1, key.rule.most));
    read_shape(range);
    return range;
  }
};

template <class Range>
std::string range_yaml(const Range& range) {
  std::string text = fmt::format("low: {}, high: {}", to_text(ParameterValue(range.low)),
                                 to_text(ParameterValue(range.high)));
  if (range.log) text += ", log: true";
  if (range.step) text += ", step: " + to_text(ParameterValue(*range.step));
  if (range.points) text += fmt::format(", points: {}", *range.points);
  return "{" + text + "}";
}

}  // namespace

SearchSpace read_space(const YamlTree& tree, bool for_grid, const KeyTable& keys) {
  const std::string path = "search.space";
  if (tree.kind != YamlTree::Kind::map) {
    fail(tree.place, path,
         fmt::format("found {}; allowed: {}", found_text(tree), allowed_text(of_kind(Kind::space))));
  }
  if (tree.entries.empty()) fail(tree.place, path, "found an empty space; name at least one key to search");
  SearchSpace space;
  for (const YamlEntry& entry : tree.entries) {
    const std::string dimension_path = path + "." + entry.key;
    const JobKey& key = searchable_key(keys, entry, dimension_path);
    space.push_back({entry.key, DimensionReader{key, entry.value, dimension_path, for_grid}.read()});
  }
  read_conditions(tree, for_grid, keys, space);
  return space;
}

std::string to_yaml(const SearchDimension& dimension) {
  std::string conditions;
  for (const Condition& condition : dimension.when) {
    std::string values;
    for (const ParameterValue& value : condition.values)
      values += (values.empty() ? "" : ", ") + to_text(value);
    conditions += fmt::format("{}{}: [{}]", conditions.empty() ? "" : ", ", condition.name, values);
  }
  std::string text = to_yaml(dimension.distribution);
  if (!conditions.empty()) text.insert(text.size() - 1, fmt::format(", when: {{{}}}", conditions));
  return text;
}

std::string to_yaml(const Distribution& distribution) {
  if (const auto* real = std::get_if<FloatDistribution>(&distribution)) return range_yaml(*real);
  if (const auto* whole = std::get_if<IntDistribution>(&distribution)) return range_yaml(*whole);
  std::string choices;
  for (const ParameterValue& choice : std::get<CategoricalDistribution>(distribution).choices) {
    choices += (choices.empty() ? "" : ", ") + to_text(choice);
  }
  return "{choices: [" + choices + "]}";
}

std::string to_yaml(const Parameters& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters) {
    const std::string value_text = name == kPointName ? yaml_text(to_text(value)) : to_text(value);
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", name, value_text);
  }
  return "{" + text + "}";
}

}  // namespace trawl
