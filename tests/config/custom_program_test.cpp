#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/config/job_text.hpp"
#include "trawl/config/keys.hpp"
#include "trawl/search/sampler.hpp"

namespace trawl {
namespace {

KeyTable keys() {
  return custom_keys("boxes",
                     {{"depth", integer_between(1, 9), std::int64_t{3}},
                      {"width", real_above(0.0), 0.5},
                      {"shape", one_of({"round", "square"}), "round"}},
                     MetricTable({{"volume", "m^3", "", Direction::maximize},
                                  {"weight", "kg", "", {}},
                                  {"cost", "1", "", Direction::minimize}}));
}

JobFile read_custom(const std::string& text, const std::vector<std::string>& overrides = {}) {
  const KeyTable table = keys();
  return read_job(JobText(text).path(), overrides, {}, table);
}

std::string custom_refusal(const std::string& text) {
  const JobText job(text);
  try {
    read_job(job.path(), {}, {}, keys());
  } catch (const ConfigError& e) {
    return std::string(e.what()).substr(job.folder().size() + 1);
  }
  return "";
}

constexpr const char* kJob = R"(
study: boxes
parameters: {depth: 4}
search:
  sampler: grid
  space:
    width: {low: 1, high: 2, step: 0.5}
    shape: {choices: [square, round]}
)";

TEST(CustomProgram, AJobFixesSearchesAndLeavesOutParametersOfItsProgram) {
  const StudyDefinition study = read_custom(kJob).definition;
  EXPECT_EQ(study.program, "boxes");
  EXPECT_EQ(to_text(study.parameters), "depth=4 width=0.5 shape=round");
  EXPECT_EQ(study.n_trials(), 6);
  EXPECT_EQ(to_text(make_sampler(study.search)->point(3)), "width=1.5 shape=round");
  EXPECT_EQ(study.objective.metric, "volume");
  EXPECT_EQ(study.objective.direction, Direction::maximize);
}

TEST(CustomProgram, TheMetricIsOneOfTheProgramsAndBringsItsDirection) {
  EXPECT_EQ(read_custom(kJob, {"objective.metric=cost"}).definition.objective.direction, Direction::minimize);
  const StudyDefinition worst = read_custom(kJob, {"objective.direction=minimize"}).definition;
  EXPECT_EQ(worst.objective.metric, "volume");
  EXPECT_EQ(worst.objective.direction, Direction::minimize);
  EXPECT_EQ(custom_refusal("study: x\nobjective: {metric: volum}\n"),
            "x.yaml:2: objective.metric: found volum; allowed: volume, cost; did you mean volume?");
}

TEST(CustomProgram, DataIsOptional) {
  EXPECT_FALSE(read_custom(kJob).definition.has_data);
  EXPECT_EQ(read_custom(kJob).resolved.find("data"), std::string::npos);
  EXPECT_TRUE(read_custom(std::string(kJob) + "data: {train_rows: 100}\n").definition.has_data);
}

TEST(CustomProgram, TheResolvedJobReadsBackAsItself) {
  const JobFile job = read_custom(kJob);
  EXPECT_EQ(read_resolved_job(job.resolved, "resolved", keys()).resolved, job.resolved);
  EXPECT_NE(job.resolved.find("program: boxes\nparameters:\n  depth: 4\nsearch:\n"), std::string::npos);
}

TEST(CustomProgram, TheProgramAndItsParametersAreTheStudysIdentity) {
  const std::string identity = read_custom(kJob).identity;
  EXPECT_NE(identity.find("program: boxes\nparameters.depth: 4\n"), std::string::npos);
  EXPECT_NE(identity.find("objective.metric: volume\n"), std::string::npos);
  EXPECT_NE(read_custom(kJob, {"parameters.depth=5"}).identity, identity);
  EXPECT_EQ(job_of("study: x\n").identity.find("program"), std::string::npos);  // trawl's own is as it was
}

TEST(CustomProgram, ListedTrialsNameParametersOfTheProgram) {
  const StudyDefinition study =
      read_custom("study: x\nsearch: {sampler: list, trials: [{depth: 2}, {shape: square}]}\n").definition;
  EXPECT_EQ(to_text(study.search.trials.at(0)), "depth=2 shape=round");
  EXPECT_EQ(to_text(study.search.trials.at(1)), "depth=3 shape=square");
}

TEST(CustomProgram, UnknownNamesAndValuesAreRefusedAsInTrawl) {
  EXPECT_EQ(custom_refusal("study: x\nparameters: {dept: 2}\n"),
            "x.yaml:2: parameters.dept: unknown key; did you mean depth? (allowed: depth, width, shape)");
  EXPECT_EQ(custom_refusal("study: x\nparameters:\n  depth: 12\n"),
            "x.yaml:3: parameters.depth: found 12; allowed: a whole number from 1 to 9");
  EXPECT_EQ(
      custom_refusal("study: x\nsearch:\n  space:\n    widht: {low: 1, high: 2}\n"),
      "x.yaml:4: search.space.widht: cannot be searched; did you mean width? (allowed: depth, width, shape)");
  EXPECT_EQ(custom_refusal("study: x\nprogram: trawl\n"), "x.yaml:2: program: found trawl; allowed: boxes");
}

TEST(CustomProgram, SectionsOfAnotherProgramAreNamed) {
  const char* no_perceptron =
      "boxes has an objective of its own and trains no perceptron; its parameters stand under parameters";
  EXPECT_EQ(custom_refusal("study: x\nmodel: {hidden: [3]}\n"),
            std::string("x.yaml:2: model: ") + no_perceptron);
  EXPECT_EQ(custom_refusal("study: x\ntraining: {epochs: 3}\n"),
            std::string("x.yaml:2: training: ") + no_perceptron);
  for (const std::string key : {"program: boxes", "parameters: {depth: 4}"}) {
    EXPECT_NE(refusal("study: x\n" + key + "\n").find("is for a program with an objective of its own"),
              std::string::npos);
  }
}

TEST(CustomProgram, ADeclarationThatContradictsItselfIsRefused) {
  const MetricTable metrics({{"cost", "1", "", Direction::minimize}});
  const ValueRule rule = integer_between(1, 9);
  EXPECT_THROW(custom_keys("boxes", {{"depth", rule, std::int64_t{10}}}, metrics), ConfigError);
  EXPECT_THROW(custom_keys("boxes", {{"name", rule, std::int64_t{1}}}, metrics), std::logic_error);
  EXPECT_THROW(custom_keys("boxes", {{"a", rule, std::int64_t{1}}, {"a", rule, std::int64_t{1}}}, metrics),
               std::logic_error);
  EXPECT_THROW(custom_keys("boxes", {{"a", of_kind(ValueRule::Kind::path), "x"}}, metrics), std::logic_error);
  EXPECT_THROW(custom_keys("boxes", {}, {}), std::logic_error);
}

}  // namespace
}  // namespace trawl
