#include <stdexcept>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/config/job_text.hpp"
#include "trawl/config/key_table.hpp"
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

TEST(CustomProgram, SectionsOfThePerceptronsJobsHaveNone) {
  for (const std::string key : {"program: boxes", "parameters: {depth: 4}"}) {
    EXPECT_NE(refusal("study: x\n" + key + "\n").find("is for a program with an objective of its own"),
              std::string::npos);
  }
}

TEST(CustomProgram, AnothersStudyIsNamed) {
  const std::string boxes = read_custom(kJob).resolved;
  const auto refusal_by = [](const std::string& resolved, const KeyTable& table) -> std::string {
    try {
      read_resolved_job(resolved, "r.h5", table);
    } catch (const ConfigError& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_EQ(refusal_by(boxes, perceptron_keys()),
            "r.h5 is a study of the program boxes, and this is trawl: do the same with that program");
  const JobText perceptron("study: x\n");
  EXPECT_EQ(refusal_by(read_job(perceptron.path(), {}).resolved, keys()),
            "r.h5 is a study of the program trawl, and this is boxes: do the same with that program");
}

// What the perceptron's table has, any program's may have.
KeyTable rich_keys() {
  const FormRule linear = {"linear",
                           {{.name = "slope", .required = true}, {.name = "steps", .is_whole = true}}};
  ProgramDeclaration program = {
      .name = "rods", .parameters = {}, .metrics = {{{"cost", "1", "", Direction::minimize}}}};
  program.parameters = {
      {"lengths", integers_between(1, 9), std::vector<std::int64_t>{4}},
      {"weights", reals_between(0.0, false, 1.0, true, "rod"), 0.5},
      {"painted", numbered("rod_", "rod"), std::vector<std::string>{}},
      {"count", integer_or("many", 1, 9), std::string("many")},
      {"load", one_form_of({{"none", {}}, linear}, "load"), Form{"none", {}}},
      {"glue", one_of({"resin", "wax"}), "wax"},
      {"hardener", real_from(0.0), 0.1, "of resin", "parameters", ParameterUse{"glue", {"resin"}}},
  };
  program.constraints = {{{"lengths", "weights"}, [](const Parameters& values) -> std::string {
                            const auto* weights = std::get_if<std::vector<double>>(&values.at(1).second);
                            const auto& lengths = std::get<std::vector<std::int64_t>>(values.at(0).second);
                            if (weights == nullptr || weights->size() == lengths.size()) return "";
                            return fmt::format("{} weights for {} rods", weights->size(), lengths.size());
                          }}};
  program.warnings = [](const StudyDefinition& study) -> std::vector<std::string> {
    if (!is_searched(study.search, "count")) return {};
    return {"count is hardly worth a search"};
  };
  return job_keys(program);
}

JobFile rods(const std::string& text) {
  return read_job(JobText("study: x\n" + text).path(), {}, {}, rich_keys());
}

std::string rods_refusal(const std::string& text) {
  const JobText job("study: x\n" + text);
  try {
    read_job(job.path(), {}, {}, rich_keys());
  } catch (const ConfigError& e) {
    return std::string(e.what()).substr(job.folder().size() + 1);
  }
  return "";
}

TEST(CustomProgram, TakesListsNamesAndFormsAsThePerceptronDoes) {
  EXPECT_EQ(to_text(rods("").definition.parameters),
            "lengths=[4] weights=0.5 painted=[] count=many load=none glue=wax hardener=0.1");
  const JobFile job = rods(
      "parameters: {lengths: [3, 2], weights: [0.1, 0.2], painted: [rod_1, rod_0], count: 7, load: {linear: "
      "{steps: 3, slope: 2}}}\n");
  EXPECT_EQ(
      to_text(job.definition.parameters),
      "lengths=[3, 2] weights=[0.1, 0.2] painted=[rod_0, rod_1] count=7 load={linear: {slope: 2.0, steps: "
      "3}} glue=wax hardener=0.1");
  EXPECT_EQ(read_resolved_job(job.resolved, "resolved", rich_keys()).resolved, job.resolved);
}

TEST(CustomProgram, SaysWhatItsKindsOfValuesAllow) {
  EXPECT_EQ(
      rods_refusal("parameters:\n  painted: [rod_01]\n"),
      "x.yaml:3: parameters.painted: found rod_01; allowed: a list of rods (the first is rod_0), such as "
      "[rod_1]; [] for none");
  EXPECT_EQ(rods_refusal("parameters:\n  painted: [rod_1, rod_1]\n"),
            "x.yaml:3: parameters.painted: found rod_1 twice; every rod counts once");
  EXPECT_EQ(rods_refusal("parameters:\n  count: all\n"),
            "x.yaml:3: parameters.count: found all; allowed: a whole number from 1 to 9, or many");
  EXPECT_EQ(
      rods_refusal("parameters:\n  weights: 2\n"),
      "x.yaml:3: parameters.weights: found 2; allowed: a number, 0 <= x < 1, or a list with one for each "
      "rod, such as [0.2, 0.5]");
  EXPECT_EQ(rods_refusal("parameters:\n  load: {liner: {slope: 1}}\n"),
            "x.yaml:3: parameters.load: unknown load liner; did you mean linear? (allowed: none or {linear: "
            "{slope: S, steps: N}})");
  EXPECT_EQ(
      rods_refusal("parameters:\n  load: {linear: {steps: 1}}\n"),
      "x.yaml:3: parameters.load.linear: slope is missing; allowed: none or {linear: {slope: S, steps: N}}");
}

TEST(CustomProgram, ItsConstraintsHoldInEveryPoint) {
  EXPECT_EQ(rods_refusal("parameters:\n  lengths: [3, 2]\n  weights: [0.1, 0.2, 0.3]\n"),
            "x.yaml:4: parameters.weights: 3 weights for 2 rods");
  EXPECT_EQ(rods_refusal("parameters:\n  weights: [0.1, 0.2]\n"),
            "x.yaml:3: parameters.weights: 2 weights for 1 rods");
  EXPECT_EQ(rods_refusal("parameters:\n  weights: [0.1, 0.2]\nsearch:\n  n_trials: 3\n  space:\n    lengths: "
                         "{choices: [[1, 2], [3]]}\n"),
            "x.yaml:3: parameters.weights: 2 weights for 1 rods, with lengths=[3]");
  EXPECT_EQ(
      rods_refusal("search:\n  sampler: list\n  trials:\n    - {count: 3}\n    - {weights: [0.1, 0.2]}\n"),
      "x.yaml:6: search.trials.1: 2 weights for 1 rods");
  EXPECT_EQ(rods_refusal("search: {n_trials: 3, space: {lengths: {choices: [[1, 2], [3]]}}}\n"), "");
}

TEST(CustomProgram, WarnsOfWhatHasNoEffect) {
  EXPECT_EQ(rods("parameters: {hardener: 0.5}\n").warnings,
            std::vector<std::string>{"hardener has no effect: it is for resin, and the glue is wax"});
  EXPECT_TRUE(rods("parameters: {hardener: 0.5, glue: resin}\n").warnings.empty());
  EXPECT_EQ(rods("search: {n_trials: 2, space: {count: {low: 1, high: 3}}}\n").warnings,
            std::vector<std::string>{"count is hardly worth a search"});
}

TEST(CustomProgram, ItsTableOfKeysIsWritten) {
  const std::string table = key_table(rich_keys());
  EXPECT_NE(table.find("| `parameters.hardener` | float | `0.1` | a number >= 0 | yes | of resin |\n"),
            std::string::npos);
  EXPECT_NE(table.find("| `objective.direction` | word | minimize cost |"), std::string::npos);
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
