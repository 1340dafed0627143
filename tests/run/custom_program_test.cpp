#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/config/job_text.hpp"
#include "trawl/base/error.hpp"
#include "trawl/run/program.hpp"
#include "trawl/train/perceptron_parameters.hpp"

namespace trawl {
namespace {

std::unique_ptr<Objective> no_objective(const StudyDefinition& /*study*/, const PreparedData* /*data*/) {
  return nullptr;
}

TEST(Program, TrawlsOwnHasTheKeysThatThePerceptronDeclares) {
  const KeyTable& keys = perceptron_program().keys;
  for (const ParameterDeclaration& parameter : perceptron_parameters()) {
    const JobKey* key = keys.find_searchable(parameter.name);
    ASSERT_NE(key, nullptr) << parameter.name;
    EXPECT_EQ(key->path, parameter.section + "." + parameter.name);
  }
  EXPECT_EQ(keys.defaults.parameters, parameters_of({}));
  EXPECT_EQ(keys.defaults.objective.metric, "val_accuracy");
  EXPECT_EQ(keys.find("program"), nullptr);
}

TEST(Program, OfAnotherHasSectionsOfItsOwn) {
  const MetricTable metrics({{"cost", "1", "", Direction::minimize}});
  ProgramDeclaration declaration = {.name = "rods", .parameters = {}, .metrics = metrics};
  declaration.parameters.push_back(
      {.name = "length", .rule = integer_between(1, 9), .initial = std::int64_t{3}, .section = "shape"});
  const Program program = custom_program(declaration, no_objective);
  EXPECT_EQ(program.name, "rods");
  EXPECT_NE(program.keys.find("shape.length"), nullptr);
  EXPECT_EQ(program.keys.defaults.objective.metric, "cost");
  EXPECT_FALSE(program.evaluate_test);
  EXPECT_EQ(custom_program("rods", declaration.parameters, metrics, no_objective).keys.keys.size(),
            program.keys.keys.size());
  declaration.name = "";
  EXPECT_THROW(custom_program(declaration, no_objective), std::logic_error);
}

TEST(Program, OfAnotherNamesTheSectionsOfThePerceptron) {
  const MetricTable metrics({{"cost", "1", "", Direction::minimize}});
  const Program program =
      custom_program("rods", {{"length", integer_between(1, 9), std::int64_t{3}}}, metrics, no_objective);
  const auto refusal = [&](const std::string& text) -> std::string {
    const JobText job("study: x\n" + text + "\n");
    try {
      read_job(job.path(), {}, {}, program.keys);
    } catch (const ConfigError& e) {
      return std::string(e.what()).substr(job.folder().size() + 1);
    }
    return "";
  };
  for (const std::string section : {"model", "training"}) {
    EXPECT_EQ(refusal(section + ": {epochs: 3}"),
              "x.yaml:2: " + section +
                  ": rods has an objective of its own and trains no perceptron; its parameters stand under "
                  "parameters");
  }
}

TEST(Program, ThePerceptronWarnsOfTies) {
  StudyDefinition study = perceptron_program().keys.defaults;
  const auto warning = [&](std::int64_t rows) {
    const std::vector<std::string> all = data_warnings(perceptron_program(), study, rows);
    return all.empty() ? "" : all.front();
  };
  EXPECT_EQ(warning(1000), "") << "no pruner";
  study.pruner = {"hyperband", 3, 2, 27};
  EXPECT_EQ(warning(1000).substr(0, 94),
            "the pruner compares by val_accuracy, which has steps of 0.1 % on 1000 validation rows: equal t");
  EXPECT_EQ(warning(10'000), "");
  study.objective.metric = "val_cross_entropy";
  EXPECT_EQ(warning(1000), "");
}

}  // namespace
}  // namespace trawl
