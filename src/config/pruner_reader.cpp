// Reads which trials are to be trained further than others.
#include "trawl/config/pruner_reader.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "trawl/config/suggestion.hpp"
#include "trawl/config/value_reader.hpp"
#include "trawl/search/pruner_kind.hpp"
#include "trawl/search/rungs.hpp"

namespace trawl {
namespace {

constexpr const char* kPruner = "pruner";
constexpr std::int64_t kMaxResource = 1'000'000'000;

struct WholeNumber {
  const char* name;
  std::int64_t PrunerDefinition::*field;
  std::int64_t least;
  std::int64_t most;
};
constexpr WholeNumber kWholeNumbers[] = {
    {"min_resource", &PrunerDefinition::min_resource, 1, kMaxResource},
    {"reduction_factor", &PrunerDefinition::reduction_factor, kMinReductionFactor, kMaxReductionFactor},
    {"n_startup_trials", &PrunerDefinition::n_startup_trials, 0, kMaxTrials},
    {"n_warmup_steps", &PrunerDefinition::n_warmup_steps, 0, kMaxResource},
    {"interval_steps", &PrunerDefinition::interval_steps, 1, kMaxResource},
    {"n_min_trials", &PrunerDefinition::n_min_trials, 1, kMaxTrials},
    {"max_resource", &PrunerDefinition::max_resource, 1, kMaxResource}};

// Of the best; at least one value must be able to go on, and one to stay.
const ValueRule kPercent = real_between(0.0, true, 100.0, true);

// "training.epochs"; "" where the program has no such parameter.
std::string path_of_epochs(const KeyTable& keys) {
  const std::string& name = keys.program.epochs;
  return name.empty() ? "" : keys.find_searchable(name)->path;
}

// What people type who come from Optuna, Ray, Keras Tuner, Syne Tune or the papers.
constexpr std::pair<const char*, const char*> kTheirNumbers[] = {
    {"grace_period", "min_resource"},       {"min_t", "min_resource"},  {"min_epochs", "min_resource"},
    {"min_budget", "min_resource"},         {"r", "min_resource"},      {"eta", "reduction_factor"},
    {"factor", "reduction_factor"},         {"max_t", "max_resource"},  {"max_epochs", "max_resource"},
    {"max_budget", "max_resource"},         {"epochs", "max_resource"}, {"R", "max_resource"},
    {"max_resource_level", "max_resource"}, {"grace", "min_resource"}};

// Of what is no PrunerKind.
constexpr std::pair<const char*, const char*> kTheirPruners[] = {
    {"NopPruner", "none"}, {"off", "none"}, {"null", "none"}};

template <std::size_t n>
std::string ours(const std::string& typed, const std::pair<const char*, const char*> (&names)[n]) {
  for (const auto& [theirs, ours] : names) {
    if (typed == theirs) return ours;
  }
  return {};
}

std::string our_pruner(const std::string& typed) {
  for (const PrunerKind* kind : pruner_kinds()) {
    const auto& names = kind->other_names;
    if (std::find(names.begin(), names.end(), typed) != names.end()) return kind->word;
  }
  return ours(typed, kTheirPruners);
}

std::string read_kind(const std::string& name, const Place& place) {
  const std::vector<std::string> words = pruner_words();
  if (std::find(words.begin(), words.end(), name) != words.end()) return name;
  const std::string known = our_pruner(name);
  const std::string hint =
      known.empty() ? did_you_mean(name, words) : fmt::format("; did you mean {}?", known);
  fail(place, kPruner, fmt::format("unknown pruner {}{} (allowed: {})", name, hint, pruner_allowed()));
}

[[noreturn]] void fail_number(const YamlEntry& entry, const std::string& key, const PrunerKind& kind,
                              const std::string& epochs) {
  std::vector<std::string> names = kind.numbers;
  if (epochs.empty()) names.emplace_back("max_resource");
  const bool halves = kind.shapes != nullptr;
  const std::string known = ours(entry.key, kTheirNumbers);
  std::string hint;
  if (entry.key == "max_resource" || (known == "max_resource" && !epochs.empty())) {
    hint = fmt::format("; a whole trial is {} here", epochs);
  } else if (std::find(names.begin(), names.end(), known) != names.end()) {
    hint = fmt::format("; did you mean {}?", known);
  } else if (halves && entry.key == "brackets") {
    hint = "; hyperband has as many kinds of brackets as rungs, successive_halving one";
  } else if (halves && entry.key == "min_early_stopping_rate") {
    hint = "; begin later with a larger min_resource";
  } else {
    hint = did_you_mean(entry.key, names);
  }
  fail(entry.place, key, fmt::format("unknown key{} (allowed: {})", hint, fmt::join(names, ", ")));
}

void take_number(const YamlEntry& entry, const std::string& section, const std::string& epochs,
                 PrunerDefinition& pruner) {
  const std::string key = fmt::format("{}.{}", section, entry.key);
  const PrunerKind& kind = pruner_kind(pruner);
  const bool is_known =
      std::find(kind.numbers.begin(), kind.numbers.end(), entry.key) != kind.numbers.end() ||
      (entry.key == "max_resource" && epochs.empty());
  if (!is_known) fail_number(entry, key, kind, epochs);
  if (entry.key == "percentile") {
    pruner.percentile = std::get<double>(read_value(kPercent, entry.value, key));
    return;
  }
  for (const WholeNumber& number : kWholeNumbers) {
    if (entry.key != number.name) continue;
    const ValueRule rule = integer_between(number.least, number.most);
    pruner.*number.field = std::get<std::int64_t>(read_value(rule, entry.value, key));
  }
}

PrunerDefinition read_pruner_map(const YamlTree& tree, const std::string& epochs) {
  const bool is_one = tree.kind == YamlTree::Kind::map && tree.entries.size() == 1;
  if (!is_one) {
    const bool is_named = tree.find("name") != nullptr || tree.find("type") != nullptr;
    fail(tree.place, kPruner,
         fmt::format("found {}; allowed: {}{}",
                     tree.entries.size() > 1 ? fmt::format("a map with {} keys", tree.entries.size())
                                             : found_text(tree),
                     pruner_allowed(), is_named ? "; the pruner's name is the key of its numbers" : ""));
  }
  const YamlEntry& entry = tree.entries.front();
  PrunerDefinition pruner;
  pruner.kind = read_kind(entry.key, entry.place);
  const std::string section = fmt::format("{}.{}", kPruner, entry.key);
  if (!pruner.prunes()) fail(entry.place, section, "has no numbers; write pruner: none");
  if (entry.value.kind != YamlTree::Kind::map && entry.value.kind != YamlTree::Kind::null) {
    fail(entry.value.place, section,
         fmt::format("found {}; allowed: a map such as {{min_resource: 2, reduction_factor: 2}}",
                     found_text(entry.value)));
  }
  for (const YamlEntry& number : entry.value.entries) take_number(number, section, epochs, pruner);
  return pruner;
}

void set_max_resource(const YamlTree& tree, const StudyDefinition& definition, const KeyTable& keys,
                      PrunerDefinition& pruner) {
  const std::string& name = keys.program.epochs;
  if (name.empty()) {
    if (pruner.max_resource > 0) return;
    fail(tree.place, kPruner,
         fmt::format("max_resource is missing: {} has no parameter for it, so say how many epochs a whole "
                     "trial reports; write {{{}: {{max_resource: 100}}}}",
                     definition.program, pruner.kind));
  }
  if (is_searched(definition.search, name)) {
    fail(tree.place, kPruner,
         fmt::format("compares trials of equal length, and {0} is searched here; fix {1} at the longest and "
                     "take {0} out of the search: the pruner ends the others early",
                     name, path_of_epochs(keys)));
  }
  pruner.max_resource = std::get<std::int64_t>(value_at(definition, {}, name));
}

}  // namespace

std::string pruner_allowed() {
  return fmt::format(
      "{}, or one of the latter as a map such as {{successive_halving: {{min_resource: 2, reduction_factor: "
      "2}}}}",
      fmt::join(pruner_words(), ", "));
}

JobKey pruner_key() {
  return {.path = kPruner,
          .rule = of_kind(ValueRule::Kind::pruner),
          .meaning = "train the better trials further than the others, see above",
          .default_note = "`none`"};
}

PrunerDefinition read_pruner(const YamlTree& tree, const StudyDefinition& definition, const KeyTable& keys) {
  const std::string epochs = path_of_epochs(keys);
  PrunerDefinition pruner;
  if (tree.kind == YamlTree::Kind::scalar) {
    pruner.kind = read_kind(tree.text, tree.place);
    if (!pruner.prunes()) return pruner;
  } else {
    pruner = read_pruner_map(tree, epochs);
  }
  set_max_resource(tree, definition, keys, pruner);
  const std::string most = epochs.empty() ? "max_resource" : epochs;
  if (pruner.max_resource < 2) {
    fail(tree.place, kPruner,
         fmt::format("{} is 1, so no trial can end before another; allowed: at least 2", most));
  }
  if (pruner_kind(pruner).shapes == nullptr) return pruner;
  if (pruner.min_resource == 0) pruner.min_resource = default_min_resource(pruner.max_resource);
  if (pruner.min_resource >= pruner.max_resource) {
    const YamlTree& given = *tree.entries.front().value.find("min_resource");  // the default is less
    fail(given.place, fmt::format("{}.{}.min_resource", kPruner, pruner.kind),
         fmt::format("found {}, and a whole trial has {} epochs ({}); allowed: less", pruner.min_resource,
                     pruner.max_resource, most));
  }
  return pruner;
}

std::string pruner_text(const PrunerDefinition& pruner, const KeyTable& keys) {
  if (!pruner.prunes()) return pruner.kind;
  std::string numbers;
  const auto add = [&](std::string_view name, const ParameterValue& value) {
    numbers += fmt::format("{}{}: {}", numbers.empty() ? "" : ", ", name, to_text(value));
  };
  for (const std::string& name : pruner_kind(pruner).numbers) {
    if (name == "percentile") add(name, pruner.percentile);
    for (const WholeNumber& number : kWholeNumbers) {
      if (name == number.name) add(name, pruner.*number.field);
    }
  }
  if (keys.program.epochs.empty()) add("max_resource", pruner.max_resource);
  return fmt::format("{{{}: {{{}}}}}", pruner.kind, numbers);
}

std::vector<std::string> pruner_warnings(const StudyDefinition& definition) {
  std::vector<std::string> warnings;
  const PrunerDefinition& pruner = definition.pruner;
  if (!pruner.prunes() || definition.has_timetable()) return warnings;
  const std::int64_t n = definition.search.n_points;
  const BracketLayout layout(pruner, n);
  const std::int64_t first = layout.shapes().front().n_points;
  const std::string points = fmt::format("{} point{}", n, n == 1 ? "" : "s");
  if (n < pruner.reduction_factor) {
    warnings.push_back(
        fmt::format("the pruner has nothing to choose: of {} points one goes on, and the search has {}",
                    pruner.reduction_factor, points));
  } else if (n < first) {
    warnings.push_back(
        fmt::format("the search is smaller than the first bracket of its pruner: it has {}, the bracket {}; "
                    "the best is trained to the end all the same",
                    points, first));
  } else if (n < layout.round()) {
    warnings.push_back(
        fmt::format("{} takes {} points to have a bracket of each kind, and the search has {}; the "
                    "later kinds, which trust early epochs less, are missing",
                    pruner.kind, layout.round(), n));
  }
  return warnings;
}

}  // namespace trawl
