#include "trawl/config/early_stopping_reader.hpp"

#include <cstdint>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "trawl/config/suggestion.hpp"
#include "trawl/config/value_rule.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {
namespace {

Metric read_metric(const YamlTree& tree, const std::string& key) {
  Metric metric{};
  from_text(std::get<std::string>(read_value(one_of(words_of<Metric>()), tree, key)), metric);
  return metric;
}

void take(const YamlEntry& entry, const std::string& key, EarlyStoppingDefinition& stopping) {
  const std::vector<std::string> names = {"patience", "min_delta", "restore_best_weights", "metric"};
  if (entry.key == names[0]) {
    const ValueRule rule = integer_between(0, std::numeric_limits<std::int64_t>::max());
    stopping.patience = std::get<std::int64_t>(read_value(rule, entry.value, key));
  } else if (entry.key == names[1]) {
    stopping.min_delta = std::get<double>(read_value(real_from(0.0), entry.value, key));
  } else if (entry.key == names[2]) {
    stopping.restore_best_weights = read_boolean(entry.value, key);
  } else if (entry.key == names[3]) {
    stopping.metric = read_metric(entry.value, key);
  } else {
    fail(entry.place, key,
         fmt::format("unknown key{} (allowed: {})", did_you_mean(entry.key, names), fmt::join(names, ", ")));
  }
}

}  // namespace

ParameterValue read_early_stopping(const YamlTree& tree, const std::string& key) {
  if (tree.kind == YamlTree::Kind::scalar && tree.text == "off") return tree.text;
  if (tree.kind != YamlTree::Kind::map) {
    fail(tree.place, key, fmt::format("found {}; allowed: {}", found_text(tree), kEarlyStoppingAllowed));
  }
  EarlyStoppingDefinition stopping;
  for (const YamlEntry& entry : tree.entries) take(entry, key + "." + entry.key, stopping);
  if (tree.find("patience") == nullptr) {
    fail(tree.place, key, fmt::format("patience is missing; allowed: {}", kEarlyStoppingAllowed));
  }
  return stopping;
}

}  // namespace trawl
