// Reads when a training has gone on for long enough.
#include "trawl/config/early_stopping_reader.hpp"

#include <cstdint>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "trawl/config/suggestion.hpp"
#include "trawl/config/value_reader.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {
namespace {

void take(const YamlEntry& entry, const std::string& key, const std::vector<std::string>& metrics,
          EarlyStoppingDefinition& stopping) {
  const std::vector<std::string> names = {"patience", "min_delta", "restore_best_weights", "metric"};
  if (entry.key == names[0]) {
    const ValueRule rule = integer_between(0, std::numeric_limits<std::int64_t>::max());
    stopping.patience = std::get<std::int64_t>(read_value(rule, entry.value, key));
  } else if (entry.key == names[1]) {
    stopping.min_delta = std::get<double>(read_value(real_from(0.0), entry.value, key));
  } else if (entry.key == names[2]) {
    stopping.restore_best_weights = read_boolean(entry.value, key);
  } else if (entry.key == names[3]) {
    stopping.metric = std::get<std::string>(read_value(one_of(metrics), entry.value, key));
  } else {
    fail(entry.place, key,
         fmt::format("unknown key{} (allowed: {})", did_you_mean(entry.key, names), fmt::join(names, ", ")));
  }
}

}  // namespace

std::string early_stopping_allowed(const std::vector<std::string>& metrics) {
  return fmt::format(
      "off, or {{patience: N}} with min_delta: D, restore_best_weights: true or false, metric: {}",
      fmt::join(metrics, ", "));
}

ParameterValue read_early_stopping(const YamlTree& tree, const std::string& key,
                                   const std::vector<std::string>& metrics) {
  if (tree.kind == YamlTree::Kind::scalar && tree.text == "off") return tree.text;
  if (tree.kind != YamlTree::Kind::map) {
    fail(tree.place, key,
         fmt::format("found {}; allowed: {}", found_text(tree), early_stopping_allowed(metrics)));
  }
  EarlyStoppingDefinition stopping;
  for (const YamlEntry& entry : tree.entries) take(entry, key + "." + entry.key, metrics, stopping);
  if (tree.find("patience") == nullptr) {
    fail(tree.place, key, fmt::format("patience is missing; allowed: {}", early_stopping_allowed(metrics)));
  }
  return stopping;
}

}  // namespace trawl
