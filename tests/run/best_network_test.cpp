#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/run/quiet_run.hpp"
#include "trawl/config/job_file.hpp"
#include "trawl/data/prepare_data.hpp"
#include "trawl/results/read_results.hpp"
#include "trawl/run/program.hpp"
#include "trawl/search/sampler.hpp"
#include "trawl/train/evaluation.hpp"

namespace trawl {
namespace {

namespace fs = std::filesystem;

constexpr const char* kJob = R"(
study: best-network
data: {source: synthetic-digits, train_rows: 600, test_rows: 200}
training: {epochs: 4, learning_rate: 0.1}
search:
  n_trials: 6
  seed: 3
  space:
    batch_size: {choices: [8, 16, 32]}
    dropout: {low: 0.0, high: 0.5}
    hidden: {choices: [[24, 16], [32]]}
)";

// A folder that goes with the test.
class BestNetworkOf : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / fs::path("trawl-best-network-" + std::to_string(getpid()));
    fs::create_directories(folder_);
    std::ofstream(folder_ / "job.yaml") << kJob;
  }
  void TearDown() override { fs::remove_all(folder_); }
  [[nodiscard]] RunOptions options_of_run() const {
    RunOptions options;
    options.job = folder_ / "job.yaml";
    options.output = folder_ / "r.h5";
    options.overrides = {GetParam(), "cluster.isolation=none"};
    return options;
  }
  fs::path folder_;
};

// What a user does who takes the network out of a results file.
TEST_P(BestNetworkOf, TheStoredWeightsReproduceTheStoredFiguresExactly) {
  const RunOptions options = options_of_run();
  ASSERT_EQ(testing::run_quietly(options), 0);

  const StudyTables study = read_results(options.output);
  ASSERT_TRUE(study.complete);
  ASSERT_TRUE(study.best);
  const StudyDefinition definition =
      read_job(options.job, options.overrides, {}, perceptron_program().keys).definition;
  const std::string data_path = folder_ / "data";
  prepare_data(definition.data, definition.search.seed, data_path);
  const PreparedData data(data_path);
  const Parameters parameters = make_sampler(definition.search)->point(study.best->trial);
  const auto evaluate = [&](const SampleView& samples) {
    return evaluate_network(definition, parameters, study.best->weights, samples);
  };
  const Evaluation validation = evaluate(data.validation());
  const bool by_accuracy = definition.objective.metric == "val_accuracy";
  EXPECT_EQ(by_accuracy ? validation.accuracy : validation.cross_entropy, study.best->objective);
  ASSERT_TRUE(study.test);
  EXPECT_EQ(evaluate(data.test()).accuracy, study.test->accuracy);
  EXPECT_EQ(evaluate(data.test()).cross_entropy, study.test->cross_entropy);
}

TEST_P(BestNetworkOf, AnExtendedStudyStillKnowsItsBest) {
  RunOptions options = options_of_run();
  ASSERT_EQ(testing::run_quietly(options), 0);
  const StudyTables before = read_results(options.output);
  options.overrides.emplace_back("search.n_trials=7");
  ASSERT_EQ(testing::run_quietly(options), 0);
  const StudyTables after = read_results(options.output);
  ASSERT_EQ(after.trials.size(), 7U);
  ASSERT_TRUE(after.test);
  ASSERT_EQ(after.best->trial, before.best->trial) << "the job is chosen so that trial 6 is not the best";
  EXPECT_EQ(after.best->weights, before.best->weights);
  EXPECT_EQ(after.test->cross_entropy, before.test->cross_entropy);
}

INSTANTIATE_TEST_SUITE_P(Objectives, BestNetworkOf,
                         ::testing::Values("objective={metric: val_accuracy, at: last}",
                                           "objective={metric: val_cross_entropy, at: best}",
                                           "model.batch_normalization=[hidden_0]",
                                           "training.early_stopping={patience: 1, min_delta: 0.1}"));

}  // namespace
}  // namespace trawl
