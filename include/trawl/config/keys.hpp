#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "trawl/study/definition.hpp"
#include "trawl/study/program_declaration.hpp"

namespace trawl {

/// Of a study, repeats counted: a master keeps a bit of each.
constexpr std::int64_t kMaxTrials = 1'000'000'000;
/// Slots of a timetable.
constexpr std::int64_t kMaxConcurrentTrials = 1'000'000;
constexpr std::int64_t kDefaultConcurrentTrials = 16;

/// The field of a definition behind a key.
using Field = std::variant<std::monostate, double*, std::int64_t*, std::uint64_t*, std::string*,
                           std::vector<std::string>*, DataDefinition::Split*, DataDefinition::Scaling*,
                           ObjectiveDefinition::Direction*, ObjectiveDefinition::At*,
                           ClusterDefinition::Isolation*, ParameterValue*>;

/// One key of job files. The table of keys drives reading, messages, the resolved job and the
/// table in jobs/README.md.
struct JobKey {
  std::string path;  ///< "training.learning_rate"
  ValueRule rule;
  bool searchable = false;
  std::function<Field(StudyDefinition&)> field = {};  ///< none for lists of points and search.space
  std::string meaning = {};                           ///< for the table
  std::string default_note = {};                      ///< for the table, instead of the field's value
  /// Added when there were results files already: at its default it is left out of the identity, so that
  /// these stay of the same study.
  bool is_later = false;

  /// "learning_rate"
  [[nodiscard]] std::string name() const { return path.substr(path.rfind('.') + 1); }
};

/// What the job files of one program may hold.
struct KeyTable {
  std::vector<JobKey> keys;  ///< in the order of the resolved job
  StudyDefinition defaults;  ///< of a job that names no key, with the program's parameters and metrics
  ProgramDeclaration program;

  /// nullptr if there is none.
  [[nodiscard]] const JobKey* find(std::string_view path) const;
  /// The key that a search space calls `name`; nullptr if none is searchable under this name.
  [[nodiscard]] const JobKey* find_searchable(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> searchable_names() const;
  /// The names one level below `section` ("" for the top), in order; empty if it is no section.
  [[nodiscard]] std::vector<std::string> names_below(const std::string& section) const;
};

/// The keys of a program's job files: those that all programs share, with its parameters and its metrics.
/// Throws ConfigError for an initial value that its rule does not allow. Requires names, no two parameters of
/// one, at least one metric with a direction, and rules that are for parameters; of one that counts epochs,
/// integer_between().
KeyTable job_keys(const ProgramDeclaration& program);

}  // namespace trawl
