// Reads trials that are given one by one.
#include "trawl/config/list_reader.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "trawl/base/error.hpp"
#include "trawl/config/key_fields.hpp"
#include "trawl/config/suggestion.hpp"
#include "trawl/config/value_reader.hpp"

namespace trawl {
namespace {

constexpr const char* kPath = "search.trials";
constexpr const char* kFrom = "from";

const ListedValue* find_value(const ListedTrial& trial, const std::string& name) {
  const auto value = std::find_if(trial.values.begin(), trial.values.end(),
                                  [&](const ListedValue& candidate) { return candidate.name == name; });
  return value == trial.values.end() ? nullptr : &*value;
}

const JobKey& listed_key(const KeyTable& keys, const YamlEntry& entry, const std::string& path) {
  const JobKey* key = keys.find_searchable(entry.key);
  if (key != nullptr) return *key;
  std::vector<std::string> names = keys.searchable_names();
  names.insert(names.end(), {kPointName, kFrom});
  const std::string last = entry.key.substr(entry.key.rfind('.') + 1);  // training.dropout: dropout is meant
  fail(entry.place, path,
       fmt::format("cannot be searched{} (allowed: {})", shape_hint(last, names), fmt::join(names, ", ")));
}

class ListReader {
 public:
  ListReader(std::filesystem::path folder, const BestOfFile& best_of_file, const KeyTable& keys)
      : folder_(std::move(folder)), best_of_file_(best_of_file), keys_(keys) {}

  [[nodiscard]] ListedTrial read_trial(const YamlTree& tree, const std::string& path) const {
    if (tree.kind != YamlTree::Kind::map || tree.entries.empty()) {
      const std::string found = tree.kind == YamlTree::Kind::map ? "an empty map" : found_text(tree);
      fail(tree.place, path, fmt::format("found {}; allowed: a map such as {{l2: 0.1}}", found));
    }
    ListedTrial trial;
    for (const YamlEntry& entry : tree.entries) {
      const std::string value_path = path + "." + entry.key;
      if (entry.key == kFrom) continue;
      if (entry.key == kPointName) {
        trial.label =
            std::get<std::string>(read_value(of_kind(ValueRule::Kind::text), entry.value, value_path));
        continue;
      }
      const JobKey& key = listed_key(keys_, entry, value_path);
      trial.values.push_back(
          {entry.key, read_value(key.rule, entry.value, value_path), has_override(entry.value)});
    }
    if (const YamlTree* from = tree.find(kFrom)) add_best(*from, path + "." + kFrom, trial);
    return trial;
  }

 private:
  void add_best(const YamlTree& tree, const std::string& path, ListedTrial& trial) const {
    TRAWL_CHECK(best_of_file_, "{} without a function that reads results", path);
    const std::string file = read_path(tree, path, folder_.string());
    try {
      for (auto& [name, value] : best_of_file_(file)) {
        if (name == kPointName || find_value(trial, name) != nullptr) continue;
        trial.values.push_back({name, std::move(value), false});
      }
    } catch (const ConfigError& e) {
      fail(tree.place, path, e.what());
    }
  }

  std::filesystem::path folder_;
  const BestOfFile& best_of_file_;
  const KeyTable& keys_;
};

void check_labels(const std::vector<ListedTrial>& trials, const YamlTree& tree) {
  const bool labelled =
      std::any_of(trials.begin(), trials.end(), [](const ListedTrial& t) { return t.label.has_value(); });
  std::map<std::string, std::size_t> first;
  for (std::size_t i = 0; labelled && i < trials.size(); ++i) {
    const std::string path = fmt::format("{}.{}", kPath, i);
    if (!trials[i].label) {
      fail(tree.items[i].place, path, "has no name, and other trials have one; name all of them, or none");
    }
    const auto [twin, is_new] = first.emplace(*trials[i].label, i);
    if (is_new) continue;
    fail(tree.items[i].find(kPointName)->place, fmt::format("{}.{}", path, kPointName),
         fmt::format("found {} twice, first in {}.{}; every name counts once", *trials[i].label, kPath,
                     twin->second));
  }
}

}  // namespace

std::vector<ListedTrial> read_listed_trials(const YamlTree& tree, const std::string& folder,
                                            const BestOfFile& best_of_file, const KeyTable& keys) {
  if (tree.kind != YamlTree::Kind::list || tree.items.empty()) {
    const std::string found = tree.kind == YamlTree::Kind::list ? "an empty list" : found_text(tree);
    fail(tree.place, kPath,
         fmt::format("found {}; allowed: {}", found, allowed_text(of_kind(ValueRule::Kind::trials))));
  }
  const ListReader reader(folder, best_of_file, keys);
  std::vector<ListedTrial> trials;
  for (const YamlTree& item : tree.items) {
    trials.push_back(reader.read_trial(item, fmt::format("{}.{}", kPath, trials.size())));
  }
  check_labels(trials, tree);
  return trials;
}

std::vector<std::string> names_of(const std::vector<ListedTrial>& trials) {
  std::vector<std::string> names;
  for (const ListedTrial& trial : trials) {
    for (const ListedValue& value : trial.values) {
      if (std::find(names.begin(), names.end(), value.name) == names.end()) names.push_back(value.name);
    }
  }
  return names;
}

std::vector<Parameters> filled_in(const std::vector<ListedTrial>& trials, StudyDefinition& definition,
                                  const KeyTable& keys) {
  const std::vector<std::string> names = names_of(trials);
  std::vector<Parameters> points;
  for (const ListedTrial& trial : trials) {
    Parameters point;
    if (trial.label) point.emplace_back(kPointName, *trial.label);
    for (const std::string& name : names) {
      const JobKey* key = keys.find_searchable(name);
      TRAWL_CHECK(key != nullptr, "a trial names {}, which is no key", name);
      const ListedValue* own = find_value(trial, name);
      point.emplace_back(name, own != nullptr ? own->value : field_value(*key, definition));
    }
    points.push_back(std::move(point));
  }
  return points;
}

}  // namespace trawl
