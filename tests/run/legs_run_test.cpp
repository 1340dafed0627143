#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "tests/cluster/small_halving.hpp"
#include "tests/data/temporary_folder.hpp"
#include "tests/train/metric_places.hpp"
#include "tests/train/perceptron_study.hpp"
#include "tests/train/puzzle.hpp"
#include "trawl/cluster/checkpoint_folder.hpp"
#include "trawl/cluster/master_loop.hpp"
#include "trawl/comm/loopback_link.hpp"
#include "trawl/data/scaling.hpp"
#include "trawl/data/write_prepared.hpp"
#include "trawl/results/difference.hpp"
#include "trawl/results/read_results.hpp"
#include "trawl/results/results_store.hpp"
#include "trawl/train/perceptron_objective.hpp"

// Perceptrons that pause and go on, from the plan to the file: killed anywhere, it gives the same bits.

namespace trawl {
namespace {

/// As a SIGKILL: nothing of the run is told any more.
struct Killed {};

/// Lets so many events through.
class MortalStore : public TrialStore {
 public:
  MortalStore(TrialStore& store, std::int64_t n_events) : store_(store), left_(n_events) {}
  void append(const std::vector<TrialEvent>& events) override {
    left_ -= std::ssize(events);
    if (left_ < 0) throw Killed();
    store_.append(events);
  }

 private:
  TrialStore& store_;
  std::int64_t left_;
};

class SilentMonitor : public StudyMonitor {
 public:
  void on_events(const std::vector<TrialEvent>& /*events*/, const Master& /*master*/) override {}
  void on_tick(const Master& /*master*/) override {}
};

class LegsRun : public TemporaryFolderTest {
 protected:
  LegsRun() {
    PerceptronStudy study;
    study.model.hidden = {7};
    study.training.epochs = 12;
    study.training.batch_size = 16;
    study.training.dropout = {0.2};
    study.training.optimizer = "adam";
    study.training.early_stopping = EarlyStoppingDefinition{};
    study.training.early_stopping->patience = 4;
    study.training.early_stopping->restore_best_weights = true;
    study.search.seed = 5;
    study.search.space = {{"learning_rate", FloatDistribution{1e-3, 0.3, true, {}, {}}}};
    description_.definition = study;
    description_.definition.name = "halving";
    description_.identity = "study: halving\n";
    description_.keep = StudyProgress::Keep::results;
    const Table train = puzzle(90, 1);
    const Table validation = puzzle(60, 2);
    write_prepared(path("data"),
                   {all_rows(train), all_rows(validation), {}, no_scaling(kPuzzleFeatures), kPuzzleClasses});
    data_.emplace(path("data"));
  }

  /// Carries on with the study in `file`. False: it was killed after so many events.
  bool run(const std::string& file, std::int64_t n_points, std::int64_t n_events = 1'000'000) {
    description_.definition.search.n_points = n_points;
    const StudyDefinition& study = description_.definition;
    StoreOptions options;
    options.publish_seconds = 0.01;
    const auto store = ResultsStore::open(path(file), description_, {}, options);
    if (store->start() == StudyStart::already_complete) return true;
    const auto sampler = make_sampler(study.search);
    Master master(study, std::make_unique<testing::SmallHalving>(*sampler, n_points), store->progress());
    MortalStore mortal(*store, n_events);
    const std::string folder = path(file + ".checkpoints");
    CheckpointRemover remover(mortal, folder);
    PerceptronObjective objective(study, *data_);
    const auto never = [] { return false; };
    InlineExecutor executor(objective, never, {folder, "study", "build", 0.0});
    LoopbackPair pair;
    Worker worker(pair.worker(), 0, executor, "here", never);
    SilentMonitor monitor;
    MasterLoop loop(pair.master(), master, remover, monitor, 1, never);
    try {
      loop.run_with(worker);
    } catch (const Killed&) {
      return false;
    }
    EXPECT_TRUE(master.is_complete());
    store->complete(std::nullopt, 0);
    remove_all_checkpoints(folder);
    EXPECT_FALSE(std::filesystem::exists(folder));
    return true;
  }
  [[nodiscard]] StudyTables tables(const std::string& file) const { return read_results(path(file)); }

  StudyDescription description_;
  std::optional<PreparedData> data_;
};

std::string differs(const StudyTables& a, const StudyTables& b) {
  return first_difference(a, b).value_or("");
}

std::int64_t count(const StudyTables& tables, TrialState state) {
  return std::count_if(tables.trials.begin(), tables.trials.end(),
                       [=](const TrialRow& row) { return row.state == state; });
}

/// Trains without a pause.
class Curve : public TrialObserver {
 public:
  void on_epoch(const EpochRecord& record) override { records.push_back(record); }
  std::vector<EpochRecord> records;
};

TEST_F(LegsRun, TheBestTrialsCurveAndWeightsAreThoseOfATrainingInOneGo) {
  ASSERT_TRUE(run("r.h5", 8));
  const StudyTables found = tables("r.h5");
  EXPECT_TRUE(found.complete);
  EXPECT_GT(count(found, TrialState::pruned), 0);
  EXPECT_GT(count(found, TrialState::complete), 0);
  ASSERT_TRUE(found.best);
  const auto legs = legs_of(found, found.best->trial);
  ASSERT_EQ(legs.size(), 3U) << "two pauses and an end";
  PerceptronObjective objective(description_.definition, *data_);
  Curve curve;
  const auto outcome =
      objective.evaluate({found.best->trial, found.best->trial, 0, found.best->parameters}, curve);
  EXPECT_EQ(found.best->objective, outcome->objective);
  EXPECT_EQ(found.best->weights, outcome->weights);
  const auto rows = epochs_of(found, found.best->trial);
  ASSERT_EQ(rows.size(), curve.records.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].record.values[kTrainLoss], curve.records[i].values[kTrainLoss]);
    EXPECT_EQ(rows[i].record.values[kValLoss], curve.records[i].values[kValLoss]);
  }
  EXPECT_EQ(legs[1].value, curve.records[4].values[kValAccuracy]);
}

TEST_F(LegsRun, KilledAnywhereWithOrWithoutCheckpointsItGivesTheSame) {
  ASSERT_TRUE(run("whole.h5", 8));
  const StudyTables whole = tables("whole.h5");
  int n_killed = 0;
  for (std::int64_t n_events = 1; n_events < 120; n_events += 1 + n_events / 6) {
    SCOPED_TRACE(n_events);
    const std::string file = std::to_string(n_events) + ".h5";
    if (!run(file, 8, n_events)) {
      ++n_killed;
      if (n_killed % 2 == 0) std::filesystem::remove_all(path(file + ".checkpoints"));
      ASSERT_TRUE(run(file, 8));
    }
    EXPECT_EQ(differs(tables(file), whole), "");
  }
  EXPECT_GT(n_killed, 8);
}

TEST_F(LegsRun, ExtendedItWakesWhatWasPrunedWithTheSameBitsKilledOrNot) {
  ASSERT_TRUE(run("a.h5", 6));  // of the second group only two
  const StudyTables before = tables("a.h5");
  std::filesystem::copy_file(path("a.h5"), path("b.h5"));
  ASSERT_TRUE(run("a.h5", 12));
  while (!run("b.h5", 12, 9)) {
  }
  EXPECT_EQ(differs(tables("a.h5"), tables("b.h5")), "");
  ASSERT_TRUE(run("once.h5", 12));
  const StudyTables once = tables("once.h5");
  const StudyTables extended = tables("a.h5");
  for (const TrialRow& row : extended.trials) {
    const auto a = epochs_of(extended, row.number);
    const auto b = epochs_of(once, row.number);
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
      EXPECT_EQ(a[i].record.values[kTrainLoss], b[i].record.values[kTrainLoss])
          << "no curve differs, only how far some go";
  }
  for (const TrialRow& row : before.trials) {
    if (row.state != TrialState::complete) continue;
    EXPECT_EQ(extended.trials[static_cast<std::size_t>(row.number)].state, TrialState::complete);
  }
}

}  // namespace
}  // namespace trawl
