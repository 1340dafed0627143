#include <algorithm>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/train/metric_places.hpp"
#include "tests/train/perceptron_study.hpp"
#include "tests/train/puzzle.hpp"
#include "trawl/archive/bytes.hpp"
#include "trawl/base/error.hpp"
#include "trawl/base/random.hpp"
#include "trawl/data/scaling.hpp"
#include "trawl/data/write_prepared.hpp"
#include "trawl/train/perceptron_objective.hpp"
#include "trawl/train/trainer_state.hpp"

namespace trawl {
namespace {

using At = ObjectiveDefinition::At;

const PreparedData& small_puzzle() {
  static const PreparedData kData = [] {
    std::string folder = (std::filesystem::temp_directory_path() / "trawl_prepared_XXXXXX").string();
    TRAWL_CHECK(mkdtemp(folder.data()) != nullptr, "{}", folder);
    const Table train = puzzle(90, 1);
    const Table validation = puzzle(60, 2);
    write_prepared(folder + "/data",
                   {all_rows(train), all_rows(validation), {}, no_scaling(kPuzzleFeatures), kPuzzleClasses});
    PreparedData data(folder + "/data");
    std::filesystem::remove_all(folder);
    return data;
  }();
  return kData;
}

/// Keeps a checkpoint in memory; asks to stop when it was asked so often.
class CheckpointKeeper : public TrialObserver {
 public:
  void on_epoch(const EpochRecord& record) override { records.push_back(record); }
  void on_message(MessageLogged::Level level, const std::string& text) override {
    messages.push_back((level == MessageLogged::Level::warning ? "warning: " : "") + text);
  }
  bool stop_requested() override { return ++asked > stop_after; }
  std::optional<std::string> load_checkpoint() override { return checkpoint; }
  bool checkpoint_due() override { return due_every > 0 && asked >= next_due; }
  void save_checkpoint(const std::string& state) override {
    checkpoint = state;
    ++saved;
    next_due = asked + due_every;
  }
  /// As if in a new process.
  void begin_attempt(int stop_at) {
    records.clear();
    asked = 0;
    stop_after = stop_at;
  }

  std::vector<EpochRecord> records;
  std::vector<std::string> messages;
  std::optional<std::string> checkpoint;
  int asked = 0;
  int stop_after = std::numeric_limits<int>::max();
  int due_every = 0;
  int next_due = 0;
  int saved = 0;
};

class CheckpointTest : public testing::Test {
 protected:
  CheckpointTest() {
    study.model.hidden = {7};
    study.training.epochs = 20;
    study.training.batch_size = 16;
    study.training.optimizer = "adam";
    study.training.learning_rate = 0.02;
    study.search.seed = 3;
  }

  std::optional<TrialOutcome> attempt(CheckpointKeeper& keeper) const {
    return PerceptronObjective(study, small_puzzle()).evaluate({}, keeper);
  }

  void expect_same(const TrialOutcome& a, const TrialOutcome& b) const {
    EXPECT_EQ(a.objective, b.objective);
    EXPECT_EQ(a.best_epoch, b.best_epoch);
    EXPECT_EQ(a.n_epochs, b.n_epochs);
    EXPECT_EQ(a.weights, b.weights);
  }
  static void expect_same(const std::vector<EpochRecord>& a, const std::vector<EpochRecord>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      EXPECT_EQ(a[i].epoch, b[i].epoch);
      EXPECT_EQ(a[i].values[kTrainLoss], b[i].values[kTrainLoss]);
      EXPECT_EQ(a[i].values[kTrainAccuracy], b[i].values[kTrainAccuracy]);
      EXPECT_EQ(a[i].values[kValLoss], b[i].values[kValLoss]);
      EXPECT_EQ(a[i].values[kLearningRate], b[i].values[kLearningRate]);
    }
  }

  /// A trial that is stopped at random moments, again and again, is the undisturbed one.
  void expect_no_difference_by_stops() const {
    CheckpointKeeper undisturbed;
    const TrialOutcome expected = attempt(undisturbed).value();
    RandomStream random(StreamKey(9).with("stops"));
    for (int round = 0; round < 10; ++round) {
      CheckpointKeeper keeper;
      std::optional<TrialOutcome> outcome;
      int attempts = 0;
      for (; !outcome; ++attempts) {
        ASSERT_LT(attempts, 1000) << "it does not come on";
        keeper.begin_attempt(static_cast<int>(random.below(40)) + 2);
        outcome = attempt(keeper);
      }
      EXPECT_GT(attempts, 1);
      expect_same(*outcome, expected);
      expect_same(keeper.records, undisturbed.records);
    }
  }

  PerceptronStudy study;
};

TEST_F(CheckpointTest, StopsAtRandomMomentsChangeNothing) { expect_no_difference_by_stops(); }

TEST_F(CheckpointTest, StopsKeepTheBestEpoch) {
  study.objective.at = At::best;
  expect_no_difference_by_stops();
}

TEST_F(CheckpointTest, StopsKeepEarlyStoppingAndTheWeightsItRestores) {
  study.training.early_stopping = EarlyStoppingDefinition{};
  study.training.early_stopping->patience = 4;
  study.training.early_stopping->restore_best_weights = true;
  study.training.dropout = {0.2};
  study.training.l2 = 0.001;
  study.model.batch_normalization = {"hidden_0"};
  expect_no_difference_by_stops();
}

TEST_F(CheckpointTest, SavingMeanwhileChangesNothing) {
  CheckpointKeeper undisturbed;
  const TrialOutcome expected = attempt(undisturbed).value();
  EXPECT_EQ(undisturbed.saved, 0);
  CheckpointKeeper keeper;
  keeper.due_every = 7;
  const TrialOutcome outcome = attempt(keeper).value();
  EXPECT_GT(keeper.saved, 10);
  expect_same(outcome, expected);
  expect_same(keeper.records, undisturbed.records);
}

TEST_F(CheckpointTest, ACrashCostsWhatCameAfterTheLastOne) {
  CheckpointKeeper undisturbed;
  const TrialOutcome expected = attempt(undisturbed).value();
  CheckpointKeeper keeper;
  keeper.due_every = 31;
  attempt(keeper).value();  // as if it had crashed when it was nearly over
  keeper.due_every = 0;
  keeper.begin_attempt(std::numeric_limits<int>::max());
  expect_same(attempt(keeper).value(), expected);
  expect_same(keeper.records, undisturbed.records);
  ASSERT_EQ(keeper.messages.size(), 1U);
  EXPECT_EQ(keeper.messages[0].rfind("continues at epoch ", 0), 0U) << keeper.messages[0];
  EXPECT_LT(keeper.asked, undisturbed.asked / 2) << "it did not train from the beginning";
}

TEST_F(CheckpointTest, OneThatDoesNotFitIsAWarningAndAStartFromTheBeginning) {
  CheckpointKeeper undisturbed;
  const TrialOutcome expected = attempt(undisturbed).value();
  CheckpointKeeper keeper;
  keeper.begin_attempt(50);
  ASSERT_FALSE(attempt(keeper));
  const std::string sound = keeper.checkpoint.value();
  study.model.hidden = {40};
  CheckpointKeeper other;
  other.begin_attempt(50);
  ASSERT_FALSE(attempt(other));
  study.model.hidden = {7};
  const std::vector<std::string> bad = {"", sound.substr(0, sound.size() / 2), sound + "x",
                                        other.checkpoint.value()};
  for (const std::string& state : bad) {
    CheckpointKeeper again;
    again.checkpoint = state;
    expect_same(attempt(again).value(), expected);
    expect_same(again.records, undisturbed.records);
    ASSERT_EQ(again.messages.size(), 1U);
    EXPECT_EQ(again.messages[0].rfind("warning: starts from the beginning", 0), 0U) << again.messages[0];
  }
}

/// What stands in a checkpoint, in the order of its bytes.
struct Stored {
  TrainerState trainer;
  std::vector<EpochRecord> curve;
  NetworkWeights kept;
  double seconds = 0.0;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& trainer& curve& kept& seconds;
  }
};

// Each was taken before, in part or whole: epochs were told twice, or the wrong weights were the trial's.
TEST_F(CheckpointTest, OneThatContradictsItselfChangesNothing) {
  study.objective.at = At::best;
  CheckpointKeeper undisturbed;
  const TrialOutcome expected = attempt(undisturbed).value();
  CheckpointKeeper keeper;
  keeper.begin_attempt(50);
  ASSERT_FALSE(attempt(keeper));
  const Stored sound = decode<Stored>(keeper.checkpoint.value());
  ASSERT_GT(sound.curve.size(), 1U);
  const std::vector<std::function<void(Stored&)>> changes = {
      [](Stored& s) { s.curve.back().epoch = 0; },
      [](Stored& s) { s.kept.clear(); },
      [](Stored& s) { s.kept[0].values.pop_back(); },
      [](Stored& s) { s.trainer.position.update = std::numeric_limits<std::int64_t>::max(); },
      [](Stored& s) { s.trainer.position.sums.correct = -1; },
      [](Stored& s) { s.trainer.position.row = 1; }};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Stored changed = sound;
    changes[i](changed);
    CheckpointKeeper again;
    again.checkpoint = encode(changed);
    expect_same(attempt(again).value(), expected);
    expect_same(again.records, undisturbed.records);
    ASSERT_EQ(again.messages.size(), 1U) << i;
    EXPECT_EQ(again.messages[0].rfind("warning: starts from the beginning", 0), 0U) << i << again.messages[0];
  }
}

}  // namespace
}  // namespace trawl
