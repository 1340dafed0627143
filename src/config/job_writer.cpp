// Writes a study's definition as a complete job, and what identifies it.
#include "trawl/config/job_writer.hpp"

#include <cstddef>
#include <filesystem>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "trawl/config/key_fields.hpp"
#include "trawl/config/pruner_reader.hpp"
#include "trawl/config/search_reader.hpp"
#include "trawl/search/sampler_kind.hpp"
#include "trawl/study/data_source.hpp"
#include "trawl/study/finite_space.hpp"

namespace trawl {
namespace {

using Line = std::pair<std::string, std::string>;  // dotted key, value

bool searches(const StudyDefinition& definition) {
  return !definition.search.space.empty() || !definition.search.trials.empty();
}

bool draws_points(const SearchDefinition& search) {
  return sampler_kind(search).points == SamplerKind::Points::drawn;
}

// A searched key has a fixed value only where conditions keep it out of some points, and some keys are for
// one source or sampler.
bool applies(const JobKey& key, const StudyDefinition& definition) {
  if (!definition.has_data && key.path.compare(0, 5, "data.") == 0) return false;
  if (!takes_key(definition.data, key.path)) return false;
  if (key.path == "search.sampler") return searches(definition);
  if (key.path == "search.n_trials") {
    return searches(definition) && draws_points(definition.search);
  }
  if (key.path == "search.max_concurrent_trials") return definition.has_timetable();
  if (key.path == "search.n_startup_trials") return sampler_kind(definition.search).make_adaptive != nullptr;
  if (!key.searchable) return true;
  for (const SearchDimension& dimension : definition.search.space) {
    if (dimension.name == key.name()) return !dimension.when.empty();
  }
  const auto& trials = definition.search.trials;
  return trials.empty() || find_parameter(trials.front(), key.name()) == nullptr;
}

void add_space(const SearchDefinition& search, std::vector<Line>& lines) {
  for (const SearchDimension& dimension : search.space) {
    lines.emplace_back("search.space." + dimension.name, to_yaml(dimension));
  }
}

void add_points(const std::string& path, const std::vector<Parameters>& points, std::vector<Line>& lines) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    lines.emplace_back(fmt::format("{}.{}", path, i), to_yaml(points[i]));
  }
}

StudyDefinition with_absolute_paths(StudyDefinition definition) {
  DataDefinition& data = definition.data;
  for (std::string* path : {&data.directory, &data.train.images, &data.train.labels, &data.test.images,
                            &data.test.labels, &data.train.table, &data.test.table, &data.file}) {
    if (!path->empty()) *path = std::filesystem::absolute(*path).lexically_normal().string();
  }
  return definition;
}

// Where the samples lie. What they are is told by their hash.
bool is_place(const JobKey& key) {
  return key.rule.kind == ValueRule::Kind::path || key.rule.kind == ValueRule::Kind::dataset;
}

bool is_empty_place(const JobKey& key, const std::string& text) { return is_place(key) && text == "\"\""; }

std::vector<Line> lines_of(StudyDefinition definition, const KeyTable& keys) {
  std::vector<Line> lines;
  for (const JobKey& key : keys.keys) {
    if (key.path == "search.space") {
      add_space(definition.search, lines);
    } else if (key.path == "search.trials") {
      add_points(key.path, definition.search.trials, lines);
    } else if (key.path == "search.enqueue") {
      add_points(key.path, definition.search.enqueued, lines);
    } else if (key.path == "pruner") {  // none: as it was before the key was there
      if (definition.pruner.prunes()) lines.emplace_back(key.path, pruner_text(definition.pruner, keys));
    } else if (applies(key, definition)) {
      const std::string text = field_text(key, definition);
      if (!is_empty_place(key, text)) lines.emplace_back(key.path, text);
    }
  }
  return lines;
}

std::vector<std::string> names_of(const std::string& path) {
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    names.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return names;
}

bool is_number(const std::string& name) { return name.find_first_not_of("0123456789") == std::string::npos; }

// The headings of `names` that `previous` does not stand under already.
void add_headings(const std::vector<std::string>& names, const std::vector<std::string>& previous,
                  std::string& text) {
  std::size_t common = 0;
  while (common + 1 < names.size() && common < previous.size() && names[common] == previous[common]) ++common;
  for (std::size_t level = common; level + 1 < names.size(); ++level) {
    text += fmt::format("{}{}:\n", std::string(2 * level, ' '), names[level]);
  }
}

}  // namespace

std::string resolved_text(const StudyDefinition& definition, const KeyTable& keys) {
  std::string text;
  std::vector<std::string> previous;
  for (const auto& [path, value] : lines_of(with_absolute_paths(definition), keys)) {
    std::vector<std::string> names = names_of(path);
    add_headings(names, previous, text);
    const std::string indent(2 * (names.size() - 1), ' ');
    const std::string& name = names.back();
    text += is_number(name) ? fmt::format("{}- {}\n", indent, value)
                            : fmt::format("{}{}: {}\n", indent, name, value);
    previous = std::move(names);
  }
  return text;
}

std::string identity_text(const StudyDefinition& definition, const KeyTable& keys) {
  std::string text;
  StudyDefinition defaults = keys.defaults;
  for (const auto& [path, value] : lines_of(definition, keys)) {
    const JobKey* key = keys.find(path);
    if (key != nullptr && key->is_later && value == field_text(*key, defaults)) continue;
    const bool is_cluster = path.compare(0, 8, "cluster.") == 0;
    const bool may_change = path == "search.n_trials" && sampler_kind(definition.search).no_growth == nullptr;
    if ((key == nullptr || !is_place(*key)) && !is_cluster && !may_change)
      text += fmt::format("{}: {}\n", path, value);
  }
  return text;
}

std::string points_identity(const SearchDefinition& search) {
  const bool is_distinct = sampler_kind(search).is_distinct && !search.space.empty();
  return is_distinct && FiniteSpace(search.space).n_points() ? kDistinctLine : "";
}

}  // namespace trawl
