// Turns what was read into a study's definition.
#include "trawl/config/job_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "trawl/config/condition_reader.hpp"
#include "trawl/config/constraint_check.hpp"
#include "trawl/config/enqueue_reader.hpp"
#include "trawl/config/key_fields.hpp"
#include "trawl/config/list_reader.hpp"
#include "trawl/config/pruner_reader.hpp"
#include "trawl/config/search_reader.hpp"
#include "trawl/config/suggestion.hpp"
#include "trawl/config/timetable_reader.hpp"
#include "trawl/config/value_reader.hpp"
#include "trawl/search/sampler_kind.hpp"
#include "trawl/study/data_source.hpp"
#include "trawl/study/finite_space.hpp"
#include "trawl/study/space_grid.hpp"

namespace trawl {
namespace {

using Points = SamplerKind::Points;

/// Turns the tree of a job into a definition.
class JobReader {
 public:
  JobReader(std::string path, const YamlTree& job, const BestOfFile& best_of_file, const KeyTable& keys)
      : path_(std::move(path)),
        job_(job),
        best_of_file_(best_of_file),
        keys_(keys),
        definition_(keys.defaults) {
    definition_.has_data = !is_custom() || job_.find("data") != nullptr;
  }

  ReadDefinition read() {
    collect(job_, "");
    if (given("study") == nullptr) fail_missing("study", "name the study");
    read_field(*keys_.find("data.source"));
    check_source();
    for (const JobKey& key : keys_.keys) {
      if (key.field != nullptr) read_field(key);
    }
    if (definition_.has_data) check_files();
    read_direction();
    read_search();
    if (const YamlTree* pruner = given("pruner"))
      definition_.pruner = read_pruner(*pruner, definition_, keys_);
    read_timetable(given("search.max_concurrent_trials"), given("search.n_startup_trials"), {path_},
                   definition_);
    check_constraints(
        definition_, keys_, [this](const std::string& key) { return given(key); }, path_);
    return {std::move(definition_), std::move(notes_), std::move(too_many_points_)};
  }

 private:
  [[nodiscard]] bool is_custom() const { return !keys_.defaults.program.empty(); }
  [[nodiscard]] const SamplerKind& kind() const { return sampler_kind(definition_.search); }
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
      const JobKey* key = keys_.find(path);
      const bool is_section = !keys_.names_below(path).empty();
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
                         fmt::join(keys_.names_below(path), ", ")));
      }
    }
  }

  [[noreturn]] void fail_unknown(const YamlEntry& entry, const std::string& path,
                                 const std::string& section) const {
    const std::vector<std::string> names = keys_.names_below(section);
    std::string hint = did_you_mean(entry.key, names);
    if (entry.key.find('.') != std::string::npos) hint = nested_hint(entry.key);
    const bool is_line = entry.key.find(' ') != std::string::npos && entry.value.kind == YamlTree::Kind::null;
    if (section.empty()) check_program(entry);
    if (is_line) hint = "; is its ': ' missing?";
    for (const JobKey& key : keys_.keys) {
      if (hint.empty() && key.name() == entry.key) hint = fmt::format("; did you mean {}?", key.path);
    }
    fail(entry.place, path, fmt::format("unknown key{} (allowed: {})", hint, fmt::join(names, ", ")));
  }

  // A key of another program's jobs.
  void check_program(const YamlEntry& entry) const {
    const auto other = keys_.program.others_keys.find(entry.key);
    if (other != keys_.program.others_keys.end()) fail(entry.place, entry.key, other->second);
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
      const JobKey& key = *keys_.find(path);
      if (takes_key(definition_.data, path)) continue;
      const DataSource& source = data_source(definition_.data);
      std::string hint;
      if (source.takes(path + ".images")) hint = "; write {images: FILE, labels: FILE}";
      if (source.takes("data.file") && value->kind == YamlTree::Kind::scalar &&
          key.rule.kind == ValueRule::Kind::path) {
        hint = "; write file: FILE";
      }
      fail(value->place, path,
           fmt::format("is for source: {} only, and the source is {}{}{}",
                       fmt::join(sources_with(path), " or "), source.word, is_default ? " (the default)" : "",
                       hint));
    }
  }

  void read_field(const JobKey& key) {
    const YamlTree* tree = given(key.path);
    if (tree == nullptr) return;
    if (key.rule.kind == ValueRule::Kind::path) {
      const auto folder = std::filesystem::path(path_).parent_path();
      set_field(key, definition_, read_path(*tree, key.path, folder.string()));
    } else {
      set_field(key, definition_, read_value(key.rule, *tree, key.path));
    }
  }

  void check_files() const {
    const DataSource& source = data_source(definition_.data);
    const std::string required = source.required;
    if (!required.empty() && given(required) == nullptr) {
      fail_missing(required, fmt::format("source: {} needs {}", source.word, source.needs));
    }
    if (source.takes("data.train_features")) check_datasets();
    if (source.takes("data.directory")) check_images();
  }

  void check_datasets() const {
    for (const std::string part : {"data.train", "data.test"}) {
      const YamlTree* features = given(part + "_features");
      const YamlTree* labels = given(part + "_labels");
      if ((features == nullptr) == (labels == nullptr)) continue;
      const char* missing = features == nullptr ? "_features" : "_labels";
      fail((features == nullptr ? labels : features)->place, part + missing,
           "the key is missing; features and labels are named together");
    }
  }

  void check_images() const {
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
    definition_.objective.direction = definition_.metrics.direction_of(definition_.objective.metric).value();
  }

  void read_search() {
    SearchDefinition& search = definition_.search;
    const YamlTree* space = given("search.space");
    const YamlTree* trials = given("search.trials");
    check_search_keys();
    if (trials != nullptr) read_searched_trials(*trials);
    if (space != nullptr) read_searched_space(*space);
    count_points();
    check_space();
    check_enqueued();
    count_space();
    std::int64_t n_trials = 0;
    if (__builtin_mul_overflow(search.n_points, search.repeats, &n_trials) || n_trials > kMaxTrials) {
      fail({path_}, "search",
           fmt::format("found {} points x {} repeats; allowed: at most {} trials", search.n_points,
                       search.repeats, kMaxTrials));
    }
  }

  void check_search_keys() const {
    const SamplerKind& sampler = kind();
    const bool takes_list = sampler.points == Points::listed;
    const YamlTree* n_trials = given("search.n_trials");
    const char* needed = takes_list ? "search.trials" : "search.space";
    const char* other = takes_list ? "search.space" : "search.trials";
    if (given(other) != nullptr) {
      fail(given(other)->place, other,
           fmt::format("does not go with sampler: {}, which takes {}", sampler.word, needed));
    }
    if (n_trials != nullptr && sampler.points != Points::drawn) {
      fail(n_trials->place, "search.n_trials",
           fmt::format("sampler: {} counts its points itself; remove n_trials", sampler.word));
    }
    const YamlTree* enqueue = given("search.enqueue");
    if (enqueue != nullptr && sampler.no_enqueue != nullptr) {
      fail(enqueue->place, "search.enqueue", sampler.no_enqueue);
    }
    const bool wants_search = enqueue != nullptr || given("search.sampler") != nullptr || n_trials != nullptr;
    if (wants_search && given(needed) == nullptr) {
      fail_missing(needed, fmt::format("sampler: {} needs it", sampler.word));
    }
  }

  void read_searched_space(const YamlTree& tree) {
    const SearchSpace space = read_space(tree, kind().points == Points::counted, keys_);
    std::set<std::string> fixed;
    for (const SearchDimension& dimension : space) {
      if (is_fixed(dimension, *tree.find(dimension.name))) fixed.insert(dimension.name);
    }
    definition_.search.space = without_fixed(
        space, [&](const std::string& name) { return fixed.count(name) > 0; },
        [this](const std::string& name) { return field_value(*keys_.find_searchable(name), definition_); },
        [this](const std::string& text) { notes_.push_back(text); });
    const YamlTree* enqueue = given("search.enqueue");
    if (enqueue != nullptr)
      definition_.search.enqueued = read_enqueued(*enqueue, space, definition_.search.space, keys_);
  }

  void check_space() const {
    const SamplerKind& sampler = kind();
    const std::string problem = sampler.problem != nullptr ? sampler.problem(definition_.search) : "";
    if (!problem.empty()) fail(given("search.space")->place, "search.space", problem);
  }

  void check_enqueued() {
    SearchDefinition& search = definition_.search;
    if (search.space.empty()) search.enqueued.clear();
    const auto n = static_cast<std::int64_t>(search.enqueued.size());
    if (n <= search.n_points) return;
    notes_.push_back(
        fmt::format("search.enqueue has {} points and n_trials is {}: the others have to wait until "
                    "it is larger",
                    n, search.n_points));
  }

  // Not refused here: a results file may hold a study that began so.
  void count_space() {
    const SearchDefinition& search = definition_.search;
    if (!kind().is_distinct || search.space.empty()) return;
    const std::optional<std::int64_t> n = FiniteSpace(search.space).n_points();
    if (!n) return;
    note_equal_points();
    if (search.n_points <= *n) return;
    const YamlTree* n_trials = given("search.n_trials");
    const Place& place = n_trials != nullptr ? n_trials->place : given("search.space")->place;
    too_many_points_ = located(
        place, "search.n_trials",
        fmt::format("found {}{}, but the space has {} point{}, and a {} search tries none twice; allowed: "
                    "at most {}. sampler: grid tries each point, repeats trains each several times",
                    search.n_points, n_trials != nullptr ? "" : " (the default)", *n, *n == 1 ? "" : "s",
                    search.sampler, *n));
  }

  void note_equal_points() {
    const std::vector<Parameters>& points = definition_.search.enqueued;
    for (std::size_t i = 0; i < points.size(); ++i) {
      const auto first = std::find(points.begin(), points.end(), points[i]) - points.begin();
      if (static_cast<std::size_t>(first) == i || !names_all_active(definition_.search.space, points[i]))
        continue;
      notes_.push_back(fmt::format(
          "search.enqueue.{} is the same point as search.enqueue.{}: it is tried once", i, first));
    }
  }

  void read_searched_trials(const YamlTree& tree) {
    const std::string folder = std::filesystem::path(path_).parent_path().string();
    std::vector<ListedTrial> trials = read_listed_trials(tree, folder, best_of_file_, keys_);
    for (const std::string& name : names_of(trials)) take_out_if_overridden(name, trials);
    definition_.search.trials = filled_in(trials, definition_, keys_);
    if (definition_.search.trials.front().empty()) definition_.search.trials.clear();
  }

  // A listed trial's own value goes before the section's, but not before that of --set, unless it is
  // --set's too.
  void take_out_if_overridden(const std::string& name, std::vector<ListedTrial>& trials) {
    const std::string& path = keys_.find_searchable(name)->path;
    const YamlTree* fixed = given(path);
    if (fixed == nullptr || !has_override(*fixed)) return;
    bool taken = false;
    for (ListedTrial& trial : trials) {
      const auto end =
          std::remove_if(trial.values.begin(), trial.values.end(),
                         [&](const ListedValue& value) { return value.name == name && !value.is_override; });
      taken = taken || end != trial.values.end();
      trial.values.erase(end, trial.values.end());
    }
    if (taken) note_fixed(path);
  }

  void note_fixed(const std::string& path) {
    notes_.push_back(fmt::format("{} is fixed by --set, so it is not searched", path));
  }

  // Of a key that the file fixes and an override searches, or the other way round, the override
  // counts. `searched` is where the space names the key. With conditions the fixed value is that of points
  // where they do not hold.
  bool is_fixed(const SearchDimension& dimension, const YamlTree& searched) {
    const std::string& path = keys_.find_searchable(dimension.name)->path;
    const YamlTree* fixed = given(path);
    if (fixed == nullptr) return false;
    const bool by_override = has_override(*fixed);
    if (!by_override && !dimension.when.empty()) return false;
    if (by_override == has_override(searched)) {
      fail(fixed->place, path, "is fixed here and searched under search as well; remove one");
    }
    if (by_override) note_fixed(path);
    return by_override;
  }

  void count_points() {
    SearchDefinition& search = definition_.search;
    if (search.space.empty() && search.trials.empty()) {
      if (!notes_.empty()) notes_.emplace_back("nothing is left to search: one point");
      search.sampler = SearchDefinition().sampler;
      search.n_points = 1;
    }
    if (kind().points == Points::listed) search.n_points = static_cast<std::int64_t>(search.trials.size());
    if (kind().points == Points::counted) search.n_points = count_grid();
  }

  [[nodiscard]] std::int64_t count_grid() const {
    const SpaceGrid grid(definition_.search.space);
    if (grid.is_too_large()) {
      fail(given("search.space")->place, "search.space",
           fmt::format(
               "found more than {} combinations of conditional parameters and those they depend on; give "
               "them fewer values, or take sampler: random",
               SpaceGrid::kMaxCombinations));
    }
    return grid.n_points().value_or(std::numeric_limits<std::int64_t>::max());
  }

  std::string path_;
  const YamlTree& job_;
  const BestOfFile& best_of_file_;
  const KeyTable& keys_;
  std::map<std::string, const YamlTree*> given_;
  StudyDefinition definition_;
  std::vector<std::string> notes_;
  std::string too_many_points_;
};

}  // namespace

ReadDefinition read_definition(const std::string& path, const YamlTree& job, const BestOfFile& best_of_file,
                               const KeyTable& keys) {
  return JobReader(path, job, best_of_file, keys).read();
}

}  // namespace trawl
