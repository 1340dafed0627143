// Says what tells one searching program from another.
#include "trawl/run/program.hpp"

#include <utility>

#include <fmt/format.h>

#include "trawl/base/error.hpp"
#include "trawl/train/evaluation.hpp"
#include "trawl/train/perceptron_declaration.hpp"
#include "trawl/train/perceptron_objective.hpp"

namespace trawl {
namespace {

TestEvaluation evaluate_perceptron(const StudyDefinition& study, const Parameters& parameters,
                                   const NetworkWeights& weights, const SampleView& test) {
  const Evaluation evaluation = evaluate_network(study, parameters, weights, test);
  return {evaluation.accuracy, evaluation.cross_entropy};
}

}  // namespace

std::vector<std::string> data_warnings(const Program& program, const StudyDefinition& study,
                                       std::int64_t validation_rows) {
  const auto& warnings = program.keys.program.data_warnings;
  return warnings ? warnings(study, validation_rows) : std::vector<std::string>();
}

const Program& perceptron_program() {
  static const Program kProgram = {"trawl", job_keys(perceptron_declaration()),
                                   [](const StudyDefinition& study, const PreparedData* data) {
                                     return std::make_unique<PerceptronObjective>(study, *data);
                                   },
                                   evaluate_perceptron};
  return kProgram;
}

Program custom_program(const std::string& name, const ParameterTable& parameters, const MetricTable& metrics,
                       MakeObjective make_objective) {
  return custom_program({.name = name, .parameters = parameters, .metrics = metrics},
                        std::move(make_objective));
}

Program custom_program(const ProgramDeclaration& declaration, MakeObjective make_objective) {
  TRAWL_CHECK(!declaration.name.empty(), "a program needs a name");
  ProgramDeclaration whole = declaration;
  for (const ParameterDeclaration& parameter : perceptron_declaration().parameters) {
    whole.others_keys.emplace(
        parameter.section,
        fmt::format("{} has an objective of its own and trains no perceptron; its parameters stand under {}",
                    declaration.name, kParameterSection));
  }
  return {declaration.name, job_keys(whole), std::move(make_objective)};
}

void add_sampler(Program& program, const SamplerKind& kind) {
  add_sampler_kind(kind);
  for (JobKey& key : program.keys.keys) {
    if (key.path == "search.sampler") key.rule = one_of(sampler_words());
  }
}

void add_optimizer(const OptimizerKind& kind, const std::vector<OptimizerSetting>& own_settings) {
  add_optimizer_kind(kind, own_settings);
}

}  // namespace trawl
