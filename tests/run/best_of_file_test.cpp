#include "trawl/run/best_of_file.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/run/quiet_run.hpp"
#include "trawl/base/error.hpp"
#include "trawl/config/job_file.hpp"
#include "trawl/results/read_results.hpp"
#include "trawl/results/results_store.hpp"
#include "trawl/run/program.hpp"
#include "trawl/search/sampler.hpp"

namespace trawl {
namespace {

namespace fs = std::filesystem;

// What every job below begins with.
const std::string kNetwork = R"(
data: {source: synthetic-digits, train_rows: 100, test_rows: 10}
model: {hidden: [8, 4]}
training: {epochs: 1}
cluster: {isolation: none}
)";

const std::string kSearch = "study: search" + kNetwork + R"(
search:
  n_trials: 3
  seed: 3
  space:
    batch_size: {choices: [8, all]}
    dropout: {choices: [0.25, [0.2, 0.5]]}
    learning_rate: {low: 0.01, high: 0.1}
    learning_rate_schedule: {choices: [{inverse_time: {decay: 0.1}}, {cosine: {}}]}
    early_stopping: {choices: [{patience: 3}]}
)";

const std::string kList = "study: list" + kNetwork + R"(
search:
  sampler: list
  trials:
    - {name: Plain}
    - {name: Found, from: search.h5, learning_rate: 0.5}
)";

class TheBestOfFile : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("trawl-best-of-file-" + std::to_string(getpid()));
    fs::create_directories(folder_);
    write("search.yaml", kSearch);
    write("list.yaml", kList);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const char* name, const std::string& text) const { std::ofstream(folder_ / name) << text; }
  [[nodiscard]] std::string path(const char* name) const { return folder_ / name; }
  [[nodiscard]] int run(const char* job, const char* output) const {
    RunOptions options;
    options.job = path(job);
    options.output = path(output);
    return testing::run_quietly(options);
  }
  [[nodiscard]] static std::string refusal(const std::string& file) {
    try {
      best_of_file(file, perceptron_program().keys);
    } catch (const ConfigError& e) {
      return e.what();
    }
    return {};
  }

  fs::path folder_;
};

TEST_F(TheBestOfFile, IsThePointThatItsSamplerGave) {
  ASSERT_EQ(run("search.yaml", "search.h5"), 0);
  const StudyTables study = read_results(path("search.h5"), Curves::skip);
  const Parameters best = best_of_file(path("search.h5"), perceptron_program().keys);
  EXPECT_EQ(best,
            make_sampler(read_job(path("search.yaml"), {}, {}, perceptron_program().keys).definition.search)
                ->point(study.best->trial));
  EXPECT_TRUE(std::holds_alternative<Form>(*find_parameter(best, "learning_rate_schedule")));
  EXPECT_TRUE(std::holds_alternative<EarlyStoppingDefinition>(*find_parameter(best, "early_stopping")));
}

TEST_F(TheBestOfFile, BecomesATrialOfAListThatRunsAndIsReadBack) {
  ASSERT_EQ(run("search.yaml", "search.h5"), 0);
  ASSERT_EQ(run("list.yaml", "list.h5"), 0);
  const Parameters best = best_of_file(path("search.h5"), perceptron_program().keys);
  const StudyTables study = read_results(path("list.h5"));
  ASSERT_EQ(study.trials.size(), 2U);
  const Parameters& found = study.trials[1].parameters;
  EXPECT_EQ(found.front().first, kPointName);
  EXPECT_EQ(to_text(*find_parameter(found, kPointName)), "Found");
  EXPECT_EQ(to_text(*find_parameter(found, "learning_rate")), "0.5");
  for (const char* name : {"batch_size", "dropout", "learning_rate_schedule", "early_stopping"}) {
    EXPECT_EQ(to_text(*find_parameter(found, name)), to_text(*find_parameter(best, name)));
  }
  EXPECT_EQ(to_text(*find_parameter(study.trials[0].parameters, "early_stopping")), "off");
  EXPECT_EQ(run("list.yaml", "list.h5"), 0) << "the same command finds its study complete";
}

TEST_F(TheBestOfFile, SaysWhyThereIsNone) {
  EXPECT_EQ(refusal(path("none.h5")),
            "there is no results file " + path("none.h5") + "; run that search first, or name another file");
  EXPECT_NE(refusal(path("search.yaml")).find("not an HDF5 file"), std::string::npos);

  const JobFile job = read_job(path("search.yaml"), {}, {}, perceptron_program().keys);
  StudyDescription description;
  description.definition = job.definition;
  description.identity = job.identity;
  ResultsStore::open(path("begun.h5"), description, {})->close(75);
  EXPECT_EQ(refusal(path("begun.h5")), "the search in " + path("begun.h5") +
                                           " is not finished (0 of 3 trials); carry on with the command that "
                                           "started it, or name another file");

  write("labels.yaml",
        "study: labels" + kNetwork + "search: {sampler: list, trials: [{name: A}, {name: B}]}\n");
  ASSERT_EQ(run("labels.yaml", "labels.h5"), 0);
  EXPECT_EQ(refusal(path("labels.h5")),
            "nothing was searched in " + path("labels.h5") + "; name another file");
}

}  // namespace
}  // namespace trawl
