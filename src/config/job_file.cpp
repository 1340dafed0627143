#include "trawl/config/job_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "trawl/base/error.hpp"
#include "trawl/config/job_warnings.hpp"
#include "trawl/config/job_writer.hpp"
#include "trawl/config/keys.hpp"
#include "trawl/config/overrides.hpp"
#include "trawl/config/search_reader.hpp"
#include "trawl/config/suggestion.hpp"
#include "trawl/config/yaml_tree.hpp"

namespace trawl {
namespace {

using Source = DataDefinition::Source;
using Sampler = SearchDefinition::Sampler;

constexpr std::uintmax_t kMaxFileBytes = 16U << 20;

std::string read_text(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) throw ConfigError(path + ": there is no such job file");
  if (std::filesystem::is_directory(status)) throw ConfigError(path + ": is a folder; give a job file in it");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw ConfigError(fmt::format("{}: cannot be read: {}", path, system_message(errno)));
  std::string text;
  for (char buffer[1 << 16]; file.read(buffer, sizeof buffer) || file.gcount() > 0;) {
    text.append(buffer, static_cast<std::size_t>(file.gcount()));
    if (text.size() > kMaxFileBytes) throw ConfigError(path + ": is larger than 16 MB; this is no job file");
  }
  return text;
}

/// Turns the tree of a job into a definition.
class JobReader {
 public:
  JobReader(std::string path, const YamlTree& job) : path_(std::move(path)), job_(job) {}

  StudyDefinition read() {
    collect(job_, "");
    if (given("study") == nullptr) fail_missing("study", "name the study");
    read_field(*find_key("data.source"));
    check_source();
    for (const JobKey& key : job_keys()) {
      if (key.field != nullptr) read_field(key);
    }
    check_files();
    read_direction();
    read_search();
    return definition_;
  }

  /// What was decided while reading, for the user to know.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  [[nodiscard]] const YamlTree* given(const std::string& key) const {
    const auto value = given_.find(key);
    return value == given_.end() ? nullptr : value->second;
  }

  [[noreturn]] void fail_missing(const std::string& key, const std::string& what) const {
    fail({path_}, key, fmt::format("the key is missing; {}", what));
  }

  // Notes the place of every key below `map`; unknown keys end it.
  void collect(const YamlTree& map, const std::string& section) {
    for (const YamlEntry& entry : map.entries) {
      const std::string path = section.empty() ? entry.key : section + "." + entry.key;
      const JobKey* key = find_key(path);
      const bool is_section = !names_below(path).empty();
      // "training.epochs" at the top would stand beside the key of the section training.
      const bool is_dotted = entry.key.find('.') != std::string::npos;
      if (is_dotted || (key == nullptr && !is_section)) fail_unknown(entry, path, section);
      const bool is_map = entry.value.kind == YamlTree::Kind::map;
      if (is_section && is_map) {
        collect(entry.value, path);
      } else if (key != nullptr) {
        given_[path] = &entry.value;
      } else {
        fail(entry.value.place, path,
             fmt::format("found {}; allowed: a map (KEY: VALUE) with the keys {}", found_text(entry.value),
                         fmt::join(names_below(path), ", ")));
      }
    }
  }

  [[noreturn]] static void fail_unknown(const YamlEntry& entry, const std::string& path,
                                        const std::string& section) {
    const std::vector<std::string> names = names_below(section);
    std::string hint = did_you_mean(entry.key, names);
    if (entry.key.find('.') != std::string::npos) hint = nested_hint(entry.key);
    const bool is_line = entry.key.find(' ') != std::string::npos && entry.value.kind == YamlTree::Kind::null;
    if (is_line) hint = "; is its ': ' missing?";
    for (const JobKey& key : job_keys()) {
      if (hint.empty() && key.name() == entry.key) hint = fmt::format("; did you mean {}?", key.path);
    }
    fail(entry.place, path, fmt::format("unknown key{} (allowed: {})", hint, fmt::join(names, ", ")));
  }

  // Dots are for --set; in a file sections hold keys.
  static std::string nested_hint(const std::string& dotted) {
    std::string nested = dotted;
    std::string braces;
    for (std::size_t dot = nested.find('.'); dot != std::string::npos; dot = nested.find('.', dot)) {
      nested.replace(dot, 1, ": {");
      braces += '}';
    }
    return fmt::format("; no key has a dot in a job file, write {}: ...{}", nested, braces);
  }

  // Keys of another source would be ignored in silence.
  void check_source() const {
    const bool is_default = given("data.source") == nullptr;
    for (const auto& [path, value] : given_) {
      const JobKey& key = *find_key(path);
      if (!key.source || *key.source == definition_.data.source) continue;
      std::string hint;
      if (definition_.data.source == Source::idx && key.source == Source::csv &&
          path != "data.label_column") {
        hint = "; write {images: FILE, labels: FILE}";
      }
      fail(value->place, path,
           fmt::format("is for source: {} only, and the source is {}{}{}", to_text(*key.source),
                       to_text(definition_.data.source), is_default ? " (the default)" : "", hint));
    }
  }

  void read_field(const JobKey& key) {
    const YamlTree* tree = given(key.path);
    if (tree == nullptr) return;
    ParameterValue value = read_value(key.rule, *tree, key.path);
    if (key.rule.kind == ValueRule::Kind::path && !tree->place.is_override) {
      const auto folder = std::filesystem::path(path_).parent_path();
      value = (folder / std::get<std::string>(value)).lexically_normal().string();
    }
    set_field(key, definition_, value);
  }

  void check_files() const {
    if (definition_.data.source == Source::csv && given("data.train") == nullptr) {
      fail_missing("data.train", "source: csv needs the path of a table");
    }
    if (definition_.data.source != Source::idx) return;
    const bool has_directory = given("data.directory") != nullptr;
    for (const char* part : {"data.train", "data.test"}) {
      const YamlTree* images = given(std::string(part) + ".images");
      const YamlTree* labels = given(std::string(part) + ".labels");
      const YamlTree* any = images != nullptr ? images : labels;
      if (any != nullptr && has_directory) {
        fail(any->place, part, "data.directory names the files already; remove one");
      }
      if ((images == nullptr) == (labels == nullptr)) continue;
      fail(any->place, part, fmt::format("{} is missing", images == nullptr ? "images" : "labels"));
    }
    if (!has_directory && given("data.train.images") == nullptr) {
      fail_missing("data.directory", "source: idx needs a directory, or train: {images: FILE, labels: FILE}");
    }
  }

  void read_direction() {
    if (given("objective.direction") != nullptr) return;
    const bool is_accuracy = definition_.objective.metric == ObjectiveDefinition::Metric::val_accuracy;
    definition_.objective.direction =
        is_accuracy ? ObjectiveDefinition::Direction::maximize : ObjectiveDefinition::Direction::minimize;
  }

  void read_search() {
    SearchDefinition& search = definition_.search;
    const YamlTree* space = given("search.space");
    const YamlTree* trials = given("search.trials");
    check_search_keys();
    if (trials != nullptr) read_searched_trials(*trials);
    if (space != nullptr) read_searched_space(*space);
    count_points();
    std::int64_t n_trials = 0;
    if (__builtin_mul_overflow(search.n_points, search.repeats, &n_trials) || n_trials > kMaxTrials) {
      fail({path_}, "search",
           fmt::format("found {} points x {} repeats; allowed: at most {} trials", search.n_points,
                       search.repeats, kMaxTrials));
    }
  }

  void check_search_keys() const {
    const Sampler sampler = definition_.search.sampler;
    const std::string word = to_text(sampler);
    const YamlTree* n_trials = given("search.n_trials");
    const char* needed = sampler == Sampler::list ? "search.trials" : "search.space";
    const char* other = sampler == Sampler::list ? "search.space" : "search.trials";
    if (given(other) != nullptr) {
      fail(given(other)->place, other,
           fmt::format("does not go with sampler: {}, which takes {}", word, needed));
    }
    if (n_trials != nullptr && sampler != Sampler::random) {
      fail(n_trials->place, "search.n_trials",
           fmt::format("sampler: {} counts its points itself; remove n_trials", word));
    }
    const bool wants_search = given("search.sampler") != nullptr || n_trials != nullptr;
    if (wants_search && given(needed) == nullptr) {
      fail_missing(needed, fmt::format("sampler: {} needs it", word));
    }
  }

  void read_searched_space(const YamlTree& tree) {
    for (SearchDimension& dimension : read_space(tree, definition_.search.sampler == Sampler::grid)) {
      if (is_fixed(dimension.name, *tree.find(dimension.name))) continue;
      definition_.search.space.push_back(std::move(dimension));
    }
  }

  void read_searched_trials(const YamlTree& tree) {
    std::vector<Parameters>& trials = definition_.search.trials;
    trials = read_trials(tree);
    const Parameters first = trials.front();
    for (const auto& [name, unused] : first) {
      if (!is_fixed(name, tree)) continue;
      for (Parameters& trial : trials) {
        trial.erase(std::find_if(trial.begin(), trial.end(),
                                 [&key = name](const auto& parameter) { return parameter.first == key; }));
      }
    }
    if (trials.front().empty()) trials.clear();
  }

  // Of a key that the file fixes and an override searches, or the other way round, the override
  // counts. `searched` is where the search names the key.
  bool is_fixed(const std::string& name, const YamlTree& searched) {
    const std::string& path = find_searchable(name)->path;
    const YamlTree* fixed = given(path);
    if (fixed == nullptr) return false;
    if (fixed->place.is_override == searched.place.is_override) {
      fail(fixed->place, path, "is fixed here and searched under search as well; remove one");
    }
    if (fixed->place.is_override) {
      notes_.push_back(fmt::format("{} is fixed by --set, so it is not searched", path));
    }
    return fixed->place.is_override;
  }

  void count_points() {
    SearchDefinition& search = definition_.search;
    if (search.space.empty() && search.trials.empty()) {
      if (!notes_.empty()) notes_.emplace_back("nothing is left to search: one point");
      search.sampler = Sampler::random;
      search.n_points = 1;
    }
    if (search.sampler == Sampler::list) search.n_points = static_cast<std::int64_t>(search.trials.size());
    if (search.sampler == Sampler::grid) search.n_points = count_grid();
  }

  [[nodiscard]] std::int64_t count_grid() const {
    std::int64_t n = 1;
    for (const SearchDimension& dimension : definition_.search.space) {
      const auto values = static_cast<std::int64_t>(grid_values(dimension.distribution).size());
      if (__builtin_mul_overflow(n, values, &n)) return std::numeric_limits<std::int64_t>::max();
    }
    return n;
  }

  std::string path_;
  const YamlTree& job_;
  std::map<std::string, const YamlTree*> given_;
  StudyDefinition definition_;
  std::vector<std::string> notes_;
};

struct LoadedJob {
  std::string text;
  YamlTree tree;
};

LoadedJob load(const std::string& path, const std::vector<std::string>& overrides) {
  LoadedJob job;
  job.text = read_text(path);
  job.tree = parse_yaml(job.text, {path, 1});
  if (job.tree.kind == YamlTree::Kind::null)
    fail({path}, "", "is empty; a job file names at least its study");
  if (job.tree.kind != YamlTree::Kind::map) {
    fail(job.tree.place, "",
         fmt::format("found {}; allowed: a map with the keys {}", found_text(job.tree),
                     fmt::join(names_below(""), ", ")));
  }
  apply_overrides(job.tree, overrides);
  return job;
}

JobFile finish(const std::string& path, LoadedJob loaded) {
  JobReader reader(path, loaded.tree);
  JobFile job;
  job.definition = reader.read();
  job.text = std::move(loaded.text);
  job.resolved = resolved_text(job.definition);
  job.identity = identity_text(job.definition);
  job.warnings = job_warnings(job.definition, loaded.tree);
  job.warnings.insert(job.warnings.begin(), reader.notes().begin(), reader.notes().end());
  return job;
}

// The searchable keys that stand under search and in no section, in the order of the key table.
std::vector<const JobKey*> only_searched_keys(const YamlTree& job) {
  std::vector<const YamlTree*> maps;
  if (const YamlTree* search = job.find("search")) {
    if (const YamlTree* space = search->find("space")) maps.push_back(space);
    if (const YamlTree* trials = search->find("trials")) {
      for (const YamlTree& trial : trials->items) maps.push_back(&trial);
    }
  }
  std::vector<const JobKey*> keys;
  for (const JobKey& key : job_keys()) {
    const YamlTree* section = job.find(key.path.substr(0, key.path.find('.')));
    const bool is_fixed = section != nullptr && section->find(key.name()) != nullptr;
    const bool is_searched = std::any_of(
        maps.begin(), maps.end(), [&](const YamlTree* map) { return map->find(key.name()) != nullptr; });
    if (key.searchable && is_searched && !is_fixed) keys.push_back(&key);
  }
  return keys;
}

void warn_of_defaults(const std::vector<const JobKey*>& keys, JobFile& job) {
  std::vector<std::string> defaults;
  defaults.reserve(keys.size());
  for (const JobKey* key : keys) {
    defaults.push_back(fmt::format("{} {}", key->name(), field_text(*key, job.definition)));
  }
  if (defaults.empty()) return;
  job.warnings.push_back(
      fmt::format("not fixed, so the default is used: {}; --set fixes them", fmt::join(defaults, ", ")));
}

// Leaves the seed: it is the training's too.
void remove_search(YamlTree& job) {
  for (YamlEntry& section : job.entries) {
    if (section.key != "search") continue;
    auto& keys = section.value.entries;
    const auto is_of_search = [](const YamlEntry& entry) {
      return entry.key == "space" || entry.key == "trials" || entry.key == "sampler" ||
             entry.key == "n_trials" || entry.key == "repeats";
    };
    keys.erase(std::remove_if(keys.begin(), keys.end(), is_of_search), keys.end());
  }
}

}  // namespace

JobFile read_job(const std::string& path, const std::vector<std::string>& overrides) {
  return finish(path, load(path, overrides));
}

JobFile read_training_job(const std::string& path, const std::vector<std::string>& overrides) {
  LoadedJob loaded = load(path, overrides);
  const std::vector<const JobKey*> searched = only_searched_keys(loaded.tree);
  remove_search(loaded.tree);
  JobFile job = finish(path, std::move(loaded));
  warn_of_defaults(searched, job);
  return job;
}

}  // namespace trawl
