// Reads a job file; where other modules enter this one.
#include "trawl/config/job_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "trawl/base/error.hpp"
#include "trawl/config/job_reader.hpp"
#include "trawl/config/job_warnings.hpp"
#include "trawl/config/job_writer.hpp"
#include "trawl/config/key_fields.hpp"
#include "trawl/config/overrides.hpp"
#include "trawl/config/yaml_tree.hpp"
#include "trawl/search/sampler_kind.hpp"

namespace trawl {
namespace {

constexpr std::uintmax_t kMaxFileBytes = 16U << 20;

std::string read_text(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    std::error_code ignored;
    const bool is_link = std::filesystem::is_symlink(std::filesystem::symlink_status(path, ignored));
    throw ConfigError(path + (is_link ? ": a link that leads to no file" : ": there is no such job file"));
  }
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

struct LoadedJob {
  std::string text;
  YamlTree tree;
};

LoadedJob parse(const std::string& path, std::string text, const KeyTable& keys) {
  LoadedJob job;
  job.text = std::move(text);
  job.tree = parse_yaml(job.text, {path, 1});
  if (job.tree.kind == YamlTree::Kind::null)
    fail({path}, "", "is empty; a job file names at least its study");
  if (job.tree.kind != YamlTree::Kind::map) {
    fail(job.tree.place, "",
         fmt::format("found {}; allowed: a map with the keys {}", found_text(job.tree),
                     fmt::join(keys.names_below(""), ", ")));
  }
  return job;
}

LoadedJob load(const std::string& path, const std::vector<std::string>& overrides, const KeyTable& keys) {
  LoadedJob job = parse(path, read_text(path), keys);
  apply_overrides(job.tree, overrides);
  return job;
}

JobFile finish(const std::string& path, LoadedJob loaded, const BestOfFile& best_of_file,
               const KeyTable& keys) {
  ReadDefinition read = read_definition(path, loaded.tree, best_of_file, keys);
  JobFile job;
  job.definition = std::move(read.definition);
  job.text = std::move(loaded.text);
  job.resolved = resolved_text(job.definition, keys);
  job.older_identity = identity_text(job.definition, keys);
  job.identity = job.older_identity + points_identity(job.definition.search);
  job.too_many_points = std::move(read.too_many_points);
  if (const char* no_growth = sampler_kind(job.definition.search).no_growth) job.no_growth = no_growth;
  job.warnings = job_warnings(job.definition, loaded.tree, keys.program);
  job.warnings.insert(job.warnings.begin(), read.notes.begin(), read.notes.end());
  return job;
}

// The searchable keys that stand under search and in no section, in the order of the key table.
std::vector<const JobKey*> only_searched_keys(const YamlTree& job, const KeyTable& table) {
  std::vector<const YamlTree*> maps;
  if (const YamlTree* search = job.find("search")) {
    if (const YamlTree* space = search->find("space")) maps.push_back(space);
    if (const YamlTree* trials = search->find("trials")) {
      for (const YamlTree& trial : trials->items) maps.push_back(&trial);
    }
  }
  std::vector<const JobKey*> keys;
  for (const JobKey& key : table.keys) {
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
  const auto is_pruner = [](const YamlEntry& entry) { return entry.key == "pruner"; };
  job.entries.erase(std::remove_if(job.entries.begin(), job.entries.end(), is_pruner), job.entries.end());
  for (YamlEntry& section : job.entries) {
    if (section.key != "search") continue;
    auto& keys = section.value.entries;
    const auto is_of_search = [](const YamlEntry& entry) {
      return entry.key == "space" || entry.key == "trials" || entry.key == "enqueue" ||
             entry.key == "sampler" || entry.key == "n_trials" || entry.key == "repeats";
    };
    keys.erase(std::remove_if(keys.begin(), keys.end(), is_of_search), keys.end());
  }
}

// Whose study a results file holds; "" is trawl, whose jobs do not say so.
void require_program(const YamlTree& resolved, const std::string& origin, const std::string& ours) {
  const auto name_of = [](const std::string& program) { return program.empty() ? "trawl" : program; };
  const YamlTree* program = resolved.find("program");
  const std::string theirs = program != nullptr ? program->text : "";
  if (theirs == ours) return;
  throw ConfigError(
      fmt::format("{} is a study of the program {}, and this is {}: do the same with that program", origin,
                  name_of(theirs), name_of(ours)));
}

}  // namespace

JobFile read_job(const std::string& path, const std::vector<std::string>& overrides,
                 const BestOfFile& best_of_file, const KeyTable& keys) {
  return finish(path, load(path, overrides, keys), best_of_file, keys);
}

JobFile read_resolved_job(const std::string& text, const std::string& origin, const KeyTable& keys) {
  LoadedJob loaded = parse(origin, text, keys);
  require_program(loaded.tree, origin, keys.program.name);
  return finish(origin, std::move(loaded), {}, keys);
}

bool tries_no_point_twice(const std::string& identity) {
  return identity.find(std::string("\n") + kDistinctLine) != std::string::npos;
}

JobFile read_training_job(const std::string& path, const std::vector<std::string>& overrides,
                          const KeyTable& keys) {
  LoadedJob loaded = load(path, overrides, keys);
  const std::vector<const JobKey*> searched = only_searched_keys(loaded.tree, keys);
  remove_search(loaded.tree);
  JobFile job = finish(path, std::move(loaded), {}, keys);
  warn_of_defaults(searched, job);
  return job;
}

}  // namespace trawl
