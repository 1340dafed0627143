// Finds what is allowed and hardly meant.
#include "trawl/config/job_warnings.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "trawl/config/pruner_reader.hpp"
#include "trawl/search/sampler_kind.hpp"
#include "trawl/study/finite_space.hpp"

namespace trawl {
namespace {

// The words that a parameter takes in some point.
std::vector<std::string> words_taken(const StudyDefinition& definition, const std::string& name) {
  std::vector<std::string> words;
  for (const ParameterValue& value : searched_values(definition.search, name)) {
    if (std::find(words.begin(), words.end(), to_text(value)) == words.end()) words.push_back(to_text(value));
  }
  const std::string fixed = to_text(value_at(definition, {}, name));
  if (!is_always_searched(definition.search, name) &&
      std::find(words.begin(), words.end(), fixed) == words.end()) {
    words.push_back(fixed);
  }
  return words;
}

void warn_of_unused(const StudyDefinition& definition, const YamlTree& job, const ProgramDeclaration& program,
                    std::vector<std::string>& warnings) {
  for (const ParameterDeclaration& parameter : program.parameters) {
    if (!parameter.only_with) continue;
    const auto& [other, users] = *parameter.only_with;
    const std::vector<std::string> taken = words_taken(definition, other);
    const YamlTree* section = job.find(parameter.section);
    const bool given = section != nullptr && section->find(parameter.name) != nullptr;
    const bool has_user =
        std::find_first_of(taken.begin(), taken.end(), users.begin(), users.end()) != taken.end();
    if (has_user || (!given && !is_searched(definition.search, parameter.name))) continue;
    warnings.push_back(fmt::format("{} has no effect: it is for {}, and the {} is {}", parameter.name,
                                   fmt::join(users, " and "), other, fmt::join(taken, ", ")));
  }
}

void warn_of_direction(const StudyDefinition& definition, std::vector<std::string>& warnings) {
  const ObjectiveDefinition& objective = definition.objective;
  if (objective.direction != definition.metrics.direction_of(objective.metric)) {
    warnings.push_back(fmt::format("the study looks for the worst trials: it is to {} {}",
                                   to_text(objective.direction), objective.metric));
  }
}

void warn_of_points(const SearchDefinition& search, std::vector<std::string>& warnings) {
  if (sampler_kind(search).points == SamplerKind::Points::counted) return;
  for (const SearchDimension& dimension : search.space) {
    const auto* real = std::get_if<FloatDistribution>(&dimension.distribution);
    const auto* whole = std::get_if<IntDistribution>(&dimension.distribution);
    if ((real != nullptr && real->points) || (whole != nullptr && whole->points)) {
      warnings.push_back(fmt::format("search.space.{}: points has no effect with sampler: {}", dimension.name,
                                     search.sampler));
    }
  }
}

void warn_of_equal_points(const SearchDefinition& search, std::vector<std::string>& warnings) {
  const SamplerKind& kind = sampler_kind(search);
  if (kind.points != SamplerKind::Points::drawn || kind.is_distinct || search.space.empty()) return;
  const std::optional<std::int64_t> n = FiniteSpace(search.space).n_points();
  if (!n || search.n_points <= *n) return;
  warnings.push_back(fmt::format(
      "the space has {} point{} and n_trials is {}: sampler: {} tries some of them more than once; "
      "random tries none twice, and grid each of them once",
      *n, *n == 1 ? "" : "s", search.n_points, search.sampler));
}

void warn_of_timeout(const ClusterDefinition& cluster, std::vector<std::string>& warnings) {
  if (cluster.trial_timeout == 0.0 || cluster.isolation == ClusterDefinition::Isolation::process) return;
  warnings.emplace_back(
      "cluster.trial_timeout has no effect with isolation: none: only a trial in a process of its own can be "
      "ended");
}

}  // namespace

std::vector<std::string> job_warnings(const StudyDefinition& definition, const YamlTree& job,
                                      const ProgramDeclaration& program) {
  std::vector<std::string> warnings;
  warn_of_direction(definition, warnings);
  warn_of_unused(definition, job, program, warnings);
  if (program.warnings) {
    for (std::string& warning : program.warnings(definition)) warnings.push_back(std::move(warning));
  }
  warn_of_points(definition.search, warnings);
  warn_of_equal_points(definition.search, warnings);
  warn_of_timeout(definition.cluster, warnings);
  for (std::string& warning : pruner_warnings(definition)) warnings.push_back(std::move(warning));
  return warnings;
}

}  // namespace trawl
