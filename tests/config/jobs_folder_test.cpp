#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "job_text.hpp"
#include "trawl/config/key_table.hpp"
#include "trawl/search/sampler.hpp"

namespace trawl {
namespace {

const std::filesystem::path kJobs = std::filesystem::path(TRAWL_SOURCE_DIR) / "jobs";

std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The best point of lab-random-search.yaml, had it run.
Parameters best_of_search(const std::string& path) {
  EXPECT_EQ(std::filesystem::path(path).filename(), "lab-random-search.h5");
  const JobFile search = read_job((kJobs / "lab-random-search.yaml").string(), {});
  return make_sampler(search.definition.search)->point(3);
}

TEST(JobsFolder, EveryJobIsValidWithoutWarnings) {
  int n = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kJobs)) {
    if (entry.path().extension() != ".yaml") continue;
    ++n;
    const JobFile job = read_job(entry.path().string(), {}, best_of_search);
    EXPECT_EQ(job.definition.name, entry.path().stem().string());
    EXPECT_TRUE(job.warnings.empty()) << entry.path() << ": " << job.warnings.front();
    EXPECT_EQ(make_sampler(job.definition.search)->n_points(), job.definition.search.n_points);
  }
  EXPECT_GE(n, 4);
}

// The figures and the claims of the lab know the models by these names.
TEST(JobsFolder, TheLabHasItsModels) {
  const auto names = [](const char* file) {
    std::vector<std::string> all;
    for (const Parameters& trial :
         read_job((kJobs / file).string(), {}, best_of_search).definition.search.trials) {
      all.push_back(to_text(*find_parameter(trial, kPointName)));
    }
    return all;
  };
  EXPECT_EQ(
      names("lab-optimizers.yaml"),
      (std::vector<std::string>{"Batch gradient descent", "Stochastic (batch size 1)", "Mini-batch (32)",
                                "Mini-batch + decay", "Mini-batch + decay + momentum", "Adam", "RMSProp"}));
  EXPECT_EQ(names("lab-regularization.yaml"),
            (std::vector<std::string>{"Mini-batch", "L2", "Dropout 0.2", "Dropout 0.3", "Dropout 0.5", "Adam",
                                      "RMSProp", "Early stopping", "Batch normalization",
                                      "Best of the random search"}));
}

TEST(JobsFolder, OneSetSwitchesTheLabToTheBuiltInData) {
  for (const char* file :
       {"lab-optimizers.yaml", "lab-regularization.yaml", "lab-random-search.yaml", "lab-grid.yaml"}) {
    const JobFile job = read_job((kJobs / file).string(),
                                 {"data={source: synthetic-digits, train_rows: 2000}"}, best_of_search);
    EXPECT_EQ(job.definition.data.train_rows, 2000) << file;
  }
}

TEST(JobsFolder, TheMnistGridHas108Points) {
  EXPECT_EQ(read_job((kJobs / "mnist-grid.yaml").string(), {}).definition.n_trials(), 108);
}

TEST(JobsFolder, TheKeyTableOfTheReadmeIsTheParsers) {
  const std::string begin = "<!-- keys: begin -->\n";
  const std::string readme = file_text(kJobs / "README.md");
  const std::size_t from = readme.find(begin);
  const std::size_t to = readme.find("<!-- keys: end -->");
  ASSERT_TRUE(from != std::string::npos && to != std::string::npos);
  EXPECT_EQ(readme.substr(from + begin.size(), to - from - begin.size()), key_table(perceptron_keys()));
}

// A README whose examples are refused is worse than none.
TEST(JobsFolder, TheReadmesExamplesAreValid) {
  const std::string readme = file_text(kJobs / "README.md");
  const std::string fence = "```yaml\n";
  int n = 0;
  for (std::size_t at = readme.find(fence); at != std::string::npos; at = readme.find(fence, at + 1)) {
    const std::size_t begin = at + fence.size();
    const std::string text = readme.substr(begin, readme.find("```", begin) - begin);
    const auto path = std::filesystem::path(testing::TempDir()) / "trawl_readme_example.yaml";
    std::ofstream(path) << (text.find("study:") == std::string::npos ? "study: example\n" : "") << text;
    EXPECT_NO_THROW(read_job(path.string(), {})) << text;
    ++n;
  }
  EXPECT_GE(n, 2);
}

}  // namespace
}  // namespace trawl
