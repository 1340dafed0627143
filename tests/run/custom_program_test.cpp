#include <stdexcept>

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace trawl
