#include "trawl/run/run_monitor.hpp"

#include <fstream>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "tests/data/temporary_folder.hpp"
#include "trawl/base/exit_code.hpp"
#include "trawl/run/run_study.hpp"

namespace trawl {
namespace {

constexpr const char* kTold = R"(
study: told
data: {source: synthetic-digits, train_rows: 100, test_rows: 10}
model: {hidden: [4]}
training: {epochs: 2}
search: {n_trials: 3, seed: 1, space: {learning_rate: {low: 0.01, high: 0.1}}}
cluster: {isolation: none}
)";

/// Notes what it is told, in a word each.
class Notes : public RunMonitor {
 public:
  void on_complete_already(const RunFacts& run, const StudyProgress& progress) override {
    note("complete already", run);
    n_finished = progress.n_finished();
  }
  void on_start(const RunFacts& run, const ResultsStore& store) override {
    note(std::string("start ") + to_text(store.start()), run);
    n_retried = store.n_retried();
  }
  void on_events(const std::vector<TrialEvent>& events, const Master& /*master*/) override {
    for (const TrialEvent& event : events) n_ends += std::holds_alternative<TrialFinished>(event) ? 1 : 0;
    EXPECT_EQ(told.size(), 1U) << "between the start and the end of the training";
  }
  void on_tick(const Master& /*master*/) override {}
  void on_trained(const Master& master) override {
    told.emplace_back("trained");
    n_finished = master.progress().n_finished();
  }
  void on_stopped(const RunFacts& run, const Master& /*master*/) override { note("stopped", run); }
  void on_complete(const RunFacts& run, const StudyProgress& progress) override {
    note("complete", run);
    n_finished = progress.n_finished();
  }

  std::vector<std::string> told;
  std::string results;
  std::int64_t n_ends = 0;
  std::int64_t n_finished = -1;
  std::int64_t n_retried = -1;

 private:
  void note(const std::string& what, const RunFacts& run) {
    told.push_back(what);
    results = run.results;
    EXPECT_EQ(run.study.name, "told");
    EXPECT_EQ(run.n_workers, 1);
  }
};

class RunMonitorOf : public TemporaryFolderTest {
 protected:
  RunMonitorOf() {
    options_.job = path("job.yaml");
    options_.output = path("r.h5");
    std::ofstream(options_.job) << kTold;
  }
  ExitCode run(Notes& notes) {
    return static_cast<ExitCode>(run_study(options_, perceptron_program(), notes));
  }
  RunOptions options_;
};

TEST_F(RunMonitorOf, IsToldOfARunFromItsStartToItsEnd) {
  Notes notes;
  EXPECT_EQ(run(notes), ExitCode::complete);
  EXPECT_EQ(notes.told, (std::vector<std::string>{"start fresh", "trained", "complete"}));
  EXPECT_EQ(notes.results, path("r.h5"));
  EXPECT_EQ(notes.n_ends, 3);
  EXPECT_EQ(notes.n_finished, 3);
}

TEST_F(RunMonitorOf, IsToldOnceThatThereIsNothingToDo) {
  Notes first;
  ASSERT_EQ(run(first), ExitCode::complete);
  Notes second;
  EXPECT_EQ(run(second), ExitCode::complete);
  EXPECT_EQ(second.told, (std::vector<std::string>{"complete already"}));
  EXPECT_EQ(second.n_finished, 3);
}

TEST_F(RunMonitorOf, IsToldOfAStopWhenItsResultsAreStored) {
  options_.time_limit = 1e-9;
  Notes stopped;
  EXPECT_EQ(run(stopped), ExitCode::interrupted);
  EXPECT_EQ(stopped.told, (std::vector<std::string>{"start fresh", "trained", "stopped"}));
  options_.time_limit = 0.0;
  options_.retry_failed = true;
  Notes resumed;
  EXPECT_EQ(run(resumed), ExitCode::complete);
  EXPECT_EQ(resumed.told, (std::vector<std::string>{"start resumed", "trained", "complete"}));
  EXPECT_EQ(resumed.n_retried, 0);
  EXPECT_EQ(stopped.n_finished + resumed.n_ends, 3);
}

TEST_F(RunMonitorOf, IsToldNothingOfARunThatIsRefused) {
  options_.overrides = {"search.n_trials=many"};
  Notes notes;
  EXPECT_EQ(run(notes), ExitCode::bad_input);
  EXPECT_TRUE(notes.told.empty());
}

}  // namespace
}  // namespace trawl
