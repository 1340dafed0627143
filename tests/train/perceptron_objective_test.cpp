#include "trawl/train/perceptron_objective.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "tests/train/metric_places.hpp"
#include "tests/train/perceptron_study.hpp"
#include "tests/train/puzzle.hpp"
#include "trawl/base/error.hpp"
#include "trawl/data/scaling.hpp"
#include "trawl/data/synthetic_digits.hpp"
#include "trawl/data/write_prepared.hpp"
#include "trawl/train/evaluation.hpp"

namespace trawl {
namespace {

using Direction = ObjectiveDefinition::Direction;
using At = ObjectiveDefinition::At;

/// Keeps the records; asks to stop after `stop_after` of them.
class RecordKeeper : public TrialObserver {
 public:
  void on_epoch(const EpochRecord& record) override { records.push_back(record); }
  bool stop_requested() override { return records.size() >= stop_after; }
  std::vector<EpochRecord> records;
  std::size_t stop_after = 1000;
};

/// All that may not differ between equal runs.
std::vector<double> values_of(const std::vector<EpochRecord>& records) {
  std::vector<double> values;
  for (const EpochRecord& r : records) {
    values.insert(values.end(), {r.values[kTrainLoss], r.values[kTrainCrossEntropy], r.values[kTrainAccuracy],
                                 r.values[kValLoss], r.values[kValCrossEntropy], r.values[kValAccuracy],
                                 r.values[kLearningRate]});
  }
  return values;
}

PreparedData prepared(const Table& train, const Table& validation, const Scaling& scaling,
                      std::int64_t n_classes) {
  const auto path = std::filesystem::temp_directory_path() / "trawl_prepared_XXXXXX";
  std::string folder = path.string();
  TRAWL_CHECK(mkdtemp(folder.data()) != nullptr, "{}", folder);
  write_prepared(folder + "/data", {all_rows(train), all_rows(validation), {}, scaling, n_classes});
  PreparedData data(folder + "/data");
  std::filesystem::remove_all(folder);
  return data;
}

const PreparedData& prepared_puzzle() {
  static const PreparedData kData =
      prepared(puzzle(1500, 1), puzzle(600, 2), no_scaling(kPuzzleFeatures), kPuzzleClasses);
  return kData;
}

class PerceptronObjectiveTest : public testing::Test {
 protected:
  PerceptronObjectiveTest() {
    study.model.hidden = {24};
    study.training.epochs = 6;
    study.training.batch_size = 16;
    study.training.optimizer = "adam";
    study.training.learning_rate = 0.01;
    study.search.seed = 3;
  }

  TrialOutcome run(const Trial& trial = {}) {
    PerceptronObjective objective(study, data);
    keeper.records.clear();
    return objective.evaluate(trial, keeper).value();
  }

  PerceptronStudy study;
  const PreparedData& data = prepared_puzzle();
  RecordKeeper keeper;
};

TEST_F(PerceptronObjectiveTest, LearnsWhatALinearModelCannot) {
  study.training.epochs = 25;
  const TrialOutcome outcome = run();
  EXPECT_EQ(outcome.state, TrialState::complete);
  EXPECT_EQ(outcome.n_epochs, 25);
  EXPECT_EQ(outcome.best_epoch, 24);
  EXPECT_GT(outcome.objective, 0.9);
  EXPECT_EQ(outcome.objective, keeper.records.back().values[kValAccuracy]);
  for (std::size_t i = 0; i < keeper.records.size(); ++i) {
    EXPECT_EQ(keeper.records[i].epoch, static_cast<std::int64_t>(i));
  }
  study.model.hidden = {};
  EXPECT_LT(run().objective, 0.6) << "half of the puzzle";
}

TEST_F(PerceptronObjectiveTest, DigitsNeedHiddenLayersAndAreNotSolved) {
  const Table train = draw_train_digits(3000, 1);
  const Table validation = draw_test_digits(1000, 1);
  const PreparedData digits = prepared(train, validation, unit_scaling(all_rows(train)), 10);
  study.training.epochs = 6;
  study.training.batch_size = 32;
  study.training.learning_rate = 0.003;
  const auto accuracy = [&](const std::vector<std::int64_t>& hidden) {
    study.model.hidden = hidden;
    return PerceptronObjective(study, digits).evaluate({}, keeper)->objective;
  };
  const double linear = accuracy({});
  const double perceptron = accuracy({128, 64});
  EXPECT_GT(linear, 0.8);
  EXPECT_GT(perceptron, linear + 0.03);
  EXPECT_LT(perceptron, 0.99);
}

TEST_F(PerceptronObjectiveTest, NetworksTooLargeForARecordAreRefusedBeforeTheyAreMade) {
  const std::vector<std::int64_t> huge = {20000, 20000};
  const std::string problem =
      "hidden [20000, 20000] between 6 features and 4 classes has 400.2 million weights and biases; allowed: "
      "at most 250 million";
  study.search.space = {{"hidden", CategoricalDistribution{{huge}}}};
  const TrialOutcome outcome = run({0, 0, 0, {{"hidden", huge}}});
  EXPECT_EQ(outcome.state, TrialState::failed);
  EXPECT_EQ(outcome.error, problem);
  study.model.hidden = huge;
  EXPECT_EQ(run({0, 0, 0, {{"hidden", std::vector<std::int64_t>{4}}}}).state, TrialState::complete);
  study.search.space.clear();
  try {
    PerceptronObjective objective(study, data);
    ADD_FAILURE() << "nothing was refused";
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.what(), problem);
  }
}

TEST_F(PerceptronObjectiveTest, EveryOptimizerLearns) {
  study.training.epochs = 10;
  const std::vector<std::pair<const char*, double>> cases = {
      {"sgd", 0.1}, {"momentum", 0.03}, {"nesterov", 0.03}, {"rmsprop", 0.01}, {"adam", 0.01}};
  for (const auto& [optimizer, learning_rate] : cases) {
    study.training.optimizer = optimizer;
    study.training.learning_rate = learning_rate;
    EXPECT_GT(run().objective, 0.75) << to_text(optimizer);
  }
}

TEST_F(PerceptronObjectiveTest, DependsOnTheTrialAloneAndNotOnWhatRanBefore) {
  study.training.dropout = {0.3};
  study.training.l2 = 1e-3;
  PerceptronObjective objective(study, data);
  const Trial trial{4, 2, 0, {{"learning_rate", 0.02}}};
  RecordKeeper alone;
  const TrialOutcome first = objective.evaluate(trial, alone).value();
  RecordKeeper other;
  objective.evaluate({7, 3, 1, {{"hidden", std::vector<std::int64_t>{50, 9}}}}, other);
  RecordKeeper after;
  const TrialOutcome second = objective.evaluate(trial, after).value();
  EXPECT_EQ(values_of(alone.records), values_of(after.records));
  EXPECT_EQ(first.weights, second.weights);
  EXPECT_EQ(first.objective, second.objective);
}

TEST_F(PerceptronObjectiveTest, PointsRepeatsAndSeedsDrawOtherNumbers) {
  const auto records_of = [this](const Trial& trial) {
    run(trial);
    return values_of(keeper.records);
  };
  const auto reference = records_of({0, 0, 0, {}});
  EXPECT_EQ(records_of({9, 0, 0, {}}), reference) << "the number alone draws nothing";
  EXPECT_NE(records_of({0, 1, 0, {}}), reference);
  EXPECT_NE(records_of({0, 0, 1, {}}), reference);
  study.search.seed = 4;
  EXPECT_NE(records_of({0, 0, 0, {}}), reference);
}

enum class Stopping : std::uint8_t { off, restores, does_not_restore };
class StoredWeights : public PerceptronObjectiveTest,
                      public testing::WithParamInterface<std::tuple<std::string, At, Stopping, bool>> {};

TEST_P(StoredWeights, ReproduceTheObjectiveBitForBit) {
  const auto [metric, at, stopping, normalized] = GetParam();
  study.objective.metric = metric;
  study.objective.at = at;
  if (stopping != Stopping::off) {
    // Seldom enough for a stop; another metric than the objective's.
    study.training.early_stopping = {4, 0.001, stopping == Stopping::restores, "val_cross_entropy"};
  }
  if (normalized) study.model.batch_normalization = {"hidden_0"};
  const bool accuracy = study.objective.metric == "val_accuracy";
  study.objective.direction = accuracy ? Direction::maximize : Direction::minimize;
  study.training.epochs = 12;
  study.training.learning_rate = 0.1;  // restless: the last epoch is not the best
  study.training.l2 = 1e-3;
  const Parameters parameters = {{"dropout", 0.1}};
  const TrialOutcome outcome = run({0, 0, 0, parameters});
  std::vector<double> values;
  std::int64_t restored = 0;
  for (const EpochRecord& record : keeper.records) {
    values.push_back(record.values[*perceptron_metrics().place_of(study.objective.metric)]);
    const EpochRecord& best = keeper.records[static_cast<std::size_t>(restored)];
    if (record.values[kValCrossEntropy] + 0.001 < best.values[kValCrossEntropy]) restored = record.epoch;
  }
  const auto best = accuracy ? std::max_element(values.begin(), values.end())
                             : std::min_element(values.begin(), values.end());
  const auto last = stopping == Stopping::restores ? values.begin() + restored : values.end() - 1;
  const auto expected = study.objective.at == At::best ? best : last;
  EXPECT_EQ(outcome.best_epoch, expected - values.begin()) << "the earliest of equals";
  EXPECT_EQ(outcome.objective, *expected);

  const EpochRecord& kept = keeper.records[static_cast<std::size_t>(outcome.best_epoch)];
  const Evaluation again = evaluate_network(study, parameters, outcome.weights, data.validation());
  EXPECT_EQ(again.loss, kept.values[kValLoss]);
  EXPECT_EQ(again.cross_entropy, kept.values[kValCrossEntropy]);
  EXPECT_EQ(again.accuracy, kept.values[kValAccuracy]);
}

INSTANTIATE_TEST_SUITE_P(All, StoredWeights,
                         testing::Combine(testing::Values("val_accuracy", "val_loss", "val_cross_entropy"),
                                          testing::Values(At::last, At::best),
                                          testing::Values(Stopping::off, Stopping::restores,
                                                          Stopping::does_not_restore),
                                          testing::Bool()));

class EarlyStoppingTraining : public PerceptronObjectiveTest {
 protected:
  EarlyStoppingTraining() {
    study.objective = {"val_loss", Direction::minimize, At::last};
    study.training.epochs = 40;
    study.training.learning_rate = 0.05;  // restless
  }
  /// The records of the whole training, and the epoch that patience would end it at.
  std::size_t whole_and_stop(std::size_t patience) {
    study.training.early_stopping.reset();
    run();
    whole = keeper.records;
    std::size_t best = 0;
    for (std::size_t i = 1; i < whole.size(); ++i) {
      if (whole[i].values[kValLoss] < whole[best].values[kValLoss]) best = i;
      if (i - best >= patience) return i;
    }
    return whole.size();
  }
  std::vector<EpochRecord> whole;
};

TEST_F(EarlyStoppingTraining, EndsTheSameCurveEarlier) {
  const std::size_t stop = whole_and_stop(3);
  ASSERT_LT(stop, 39U) << "a training that would not be stopped shows nothing";
  study.training.early_stopping = {3, 0.0, true, {}};
  const TrialOutcome outcome = run();
  EXPECT_EQ(outcome.state, TrialState::complete);
  EXPECT_EQ(outcome.n_epochs, static_cast<std::int64_t>(stop) + 1);
  EXPECT_EQ(outcome.best_epoch, static_cast<std::int64_t>(stop) - 3);
  EXPECT_EQ(outcome.objective, whole[stop - 3].values[kValLoss]);
  whole.resize(stop + 1);
  EXPECT_EQ(values_of(keeper.records), values_of(whole));
  study.training.early_stopping->restore_best_weights = false;
  EXPECT_EQ(run().best_epoch, static_cast<std::int64_t>(stop));
}

TEST_F(EarlyStoppingTraining, RestoresAfterTheLastEpochToo) {
  whole_and_stop(100);
  const auto best = std::min_element(
      whole.begin(), whole.end(),
      [](const EpochRecord& a, const EpochRecord& b) { return a.values[kValLoss] < b.values[kValLoss]; });
  ASSERT_NE(best, whole.end() - 1) << "the last epoch is the best: nothing to restore";
  study.training.early_stopping = {100, 0.0, true, {}};
  const TrialOutcome outcome = run();
  EXPECT_EQ(outcome.n_epochs, 40);
  EXPECT_EQ(outcome.best_epoch, best->epoch);
  EXPECT_EQ(outcome.objective, best->values[kValLoss]);
}

TEST_F(EarlyStoppingTraining, MayBeOnePointsAlone) {
  const std::size_t stop = whole_and_stop(2);
  ASSERT_LT(stop, 39U);
  EXPECT_EQ(run({0, 0, 0, {{"early_stopping", EarlyStoppingDefinition{2, 0.0, true, {}}}}}).n_epochs,
            static_cast<std::int64_t>(stop) + 1);
  EXPECT_EQ(run({0, 0, 0, {{"early_stopping", std::string("off")}}}).n_epochs, 40);
}

TEST_F(PerceptronObjectiveTest, APointWhoseLayersContradictFailsWithTheReason) {
  const std::vector<std::int64_t> deeper = {8, 8};
  study.search.space = {{"hidden", CategoricalDistribution{{std::vector<std::int64_t>{24}, deeper}}}};
  study.training.dropout = {0.1, 0.2};
  const TrialOutcome outcome = run({0, 0, 0, {{"hidden", std::vector<std::int64_t>{24}}}});
  EXPECT_EQ(outcome.state, TrialState::failed);
  EXPECT_EQ(outcome.error, "dropout has 2 rates for 1 hidden layer");
  EXPECT_TRUE(keeper.records.empty());
  EXPECT_EQ(run({0, 0, 0, {{"hidden", deeper}}}).state, TrialState::complete);
  study.search.space.clear();
  EXPECT_THROW(PerceptronObjective(study, data), ConfigError);
}

TEST_F(PerceptronObjectiveTest, WhatEveryPointContradictsIsRefusedWhateverElseIsSearched) {
  study.search.space = {{"dropout", FloatDistribution{}}, {"batch_size", IntDistribution{}}};
  study.model.batch_normalization = {"hidden_1"};
  try {
    PerceptronObjective objective(study, data);
    ADD_FAILURE() << "nothing was refused";
  } catch (const ConfigError& error) {
    EXPECT_STREQ(error.what(), "batch_normalization names hidden_1, but the only hidden layer is hidden_0");
  }
  study.search.space.push_back(
      {"batch_normalization", CategoricalDistribution{{std::vector<std::string>{}}}});
  EXPECT_NO_THROW(PerceptronObjective(study, data));
}

TEST_F(PerceptronObjectiveTest, OfEqualEpochsTheEarliestIsKept) {
  study.objective.at = At::best;
  study.training.learning_rate = 0.0;  // every epoch is worth the same
  EXPECT_EQ(run().best_epoch, 0);
}

TEST_F(PerceptronObjectiveTest, DivergenceFailsTheTrialAndKeepsWhatWasReported) {
  study.training.optimizer = "sgd";
  study.training.batch_size = TrainingDefinition::kWholeBatch;
  study.training.l2 = 1e9;  // each update multiplies the weights by -2e7: 1e38 is passed in the sixth
  const TrialOutcome outcome = run();
  EXPECT_EQ(outcome.state, TrialState::failed);
  EXPECT_TRUE(std::isnan(outcome.objective));
  EXPECT_EQ(outcome.best_epoch, -1);
  EXPECT_TRUE(outcome.weights.empty());
  EXPECT_GT(outcome.n_epochs, 0);
  EXPECT_EQ(outcome.n_epochs, static_cast<std::int64_t>(keeper.records.size()));
  const std::string where = "epoch " + std::to_string(outcome.n_epochs);
  EXPECT_NE(outcome.error.find(where), std::string::npos) << outcome.error;
  EXPECT_EQ(outcome.error.find("-nan"), std::string::npos) << outcome.error;
}

TEST_F(PerceptronObjectiveTest, LeavesWhenAskedTo) {
  PerceptronObjective objective(study, data);
  keeper.stop_after = 2;
  EXPECT_FALSE(objective.evaluate({}, keeper));
  EXPECT_EQ(keeper.records.size(), 2U);
}

}  // namespace
}  // namespace trawl
