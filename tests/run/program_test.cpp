#include "trawl/run/program.hpp"

#include <gtest/gtest.h>

#include "trawl/base/error.hpp"
#include "trawl/config/job_file.hpp"
#include "trawl/search/random_sampler.hpp"

namespace trawl {
namespace {

// Random, under another name.
const SamplerKind& mine() {
  static const SamplerKind kKind = [] {
    SamplerKind kind = random_kind();
    kind.word = "mine";
    return kind;
  }();
  return kKind;
}

Program custom() {
  return custom_program("mine", {{"c", real_above(0.0), 0.01}},
                        MetricTable({{"error", "1", "what is left", Direction::minimize}}), {});
}

std::string refusal_of(const Program& program, const std::string& job) {
  try {
    static_cast<void>(read_resolved_job(job, "job.yaml", program.keys));
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "";
}

TEST(AddSampler, JobFilesOfTheProgramMayNameIt) {
  const std::string rest = "\n  n_trials: 8\n  space: {c: {low: 0.1, high: 1}}\n";
  const std::string with = "study: a\nprogram: mine\nsearch:\n  sampler: mine" + rest;
  const Program without = custom();
  Program program = custom();
  add_sampler(program, mine());
  const JobFile job = read_resolved_job(with, "job.yaml", program.keys);
  EXPECT_EQ(job.definition.search.sampler, "mine");
  EXPECT_NE(job.resolved.find("sampler: mine"), std::string::npos);
  EXPECT_NE(job.identity.find("search.sampler: mine"), std::string::npos)
      << "another study than a random one";
  EXPECT_EQ(make_sampler(job.definition.search)->n_points(), 8);
  EXPECT_NE(refusal_of(without, with), "") << "another program's";
  EXPECT_NE(refusal_of(program, "study: a\nprogram: mine\nsearch:\n  sampler: main" + rest).find("mine"),
            std::string::npos);
}

TEST(AddSampler, GoesWithProgramsThatTrainPerceptrons) {
  const std::string job = "study: a\nsearch: {sampler: mine, space: {l2: {low: 0, high: 1}}}\n";
  Program program = perceptron_program();
  add_sampler(program, mine());
  EXPECT_EQ(refusal_of(program, job), "");
  EXPECT_NE(refusal_of(perceptron_program(), job), "") << "trawl itself stays as it is";
}

}  // namespace
}  // namespace trawl
