#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "trawl/config/keys.hpp"
#include "trawl/data/prepared_data.hpp"
#include "trawl/nn/optimizer_kind.hpp"
#include "trawl/results/study_tables.hpp"
#include "trawl/search/sampler_kind.hpp"
#include "trawl/study/objective.hpp"

namespace trawl {

/// Makes what a rank evaluates, once in each process that evaluates trials. `data` outlives the objective;
/// nullptr where the job has no `data`. Throws ConfigError or DataError for what no trial could go by.
using MakeObjective =
    std::function<std::unique_ptr<Objective>(const StudyDefinition& study, const PreparedData* data)>;

/// What distinguishes one program that searches from another; trawl is the one that trains perceptrons.
struct Program {
  std::string name;  ///< of the command
  KeyTable keys;
  MakeObjective make_objective;
  /// What the best trial's weights are worth on the test rows; empty: they are not evaluated.
  std::function<TestEvaluation(const StudyDefinition& study, const Parameters& parameters,
                               const NetworkWeights& weights, const SampleView& test)>
      evaluate_test = {};
};

/// What the job says and hardly means, now that its data are known.
std::vector<std::string> data_warnings(const Program& program, const StudyDefinition& study,
                                       std::int64_t validation_rows);

/// Trawl itself.
const Program& perceptron_program();

/// A program with an objective of its own. Its trials hold every parameter of the declaration, searched or
/// not: see value_of(). Throws what job_keys() throws.
Program custom_program(const std::string& name, const ParameterTable& parameters, const MetricTable& metrics,
                       MakeObjective make_objective);

/// As above, of a program that says more of itself: meanings and sections of its parameters, which of them
/// contradict each other, what is worth a warning. Requires a name.
Program custom_program(const ProgramDeclaration& declaration, MakeObjective make_objective);

/// Lets the program's job files name a sampler of its own: `search.sampler` takes its word, and `check`,
/// `run`, results and report know it as one of trawl's. Requires what add_sampler_kind() does.
void add_sampler(Program& program, const SamplerKind& kind);

/// Lets job files of the perceptron name an optimizer of one's own: `optimizer` takes its word, and its
/// numbers are parameters as those of trawl's optimizers are. To be called before perceptron_program(), whose
/// parameters it adds to. Requires what add_optimizer_kind() does.
void add_optimizer(const OptimizerKind& kind, const std::vector<OptimizerSetting>& own_settings = {});

}  // namespace trawl
