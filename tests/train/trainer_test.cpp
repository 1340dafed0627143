#include "trawl/train/trainer.hpp"

#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/train/metric_places.hpp"
#include "tests/train/perceptron_study.hpp"
#include "tests/train/puzzle.hpp"
#include "trawl/base/error.hpp"
#include "trawl/train/evaluation.hpp"
#include "trawl/train/network_weights.hpp"

namespace trawl {
namespace {

class TrainerTest : public testing::Test {
 protected:
  TrainerTest() {
    definition.model.hidden = {16};
    definition.training.batch_size = 32;
    definition.training.learning_rate = 0.05;
    definition.training.epochs = 3;
  }

  Trainer trainer(const SampleView& samples) const {
    return Trainer(definition, samples, view_of(validation), kPuzzleClasses, StreamKey(5));
  }
  Trainer trainer() const { return trainer(view_of(train)); }

  /// What the network is worth on the training rows, dropout off.
  Evaluation on_training_rows(const Trainer& trained) const {
    PerceptronStudy study;
    study.model = definition.model;
    study.training = definition.training;
    return evaluate_network(study, {}, copy_weights(trained.network()), view_of(train));
  }

  TrialDefinition definition;
  const Table train = puzzle(1103, 1);
  const Table validation = puzzle(700, 2);
};

TEST_F(TrainerTest, RecordsWeighMiniBatchesBySamples) {
  definition.training.learning_rate = 0.0;  // the network stays, so the epoch's means are its means
  definition.training.l2 = 0.01;
  Trainer still = trainer();
  const EpochRecord record = still.train_epoch().value();
  const Evaluation expected = on_training_rows(still);
  EXPECT_NEAR(record.values[kTrainCrossEntropy], expected.cross_entropy, 1e-6);
  EXPECT_NEAR(record.values[kTrainLoss], expected.loss, 1e-6);
  EXPECT_DOUBLE_EQ(record.values[kTrainAccuracy], expected.accuracy)
      << "the last 15 rows count as 15, not as 32";
  EXPECT_NEAR(record.values[kTrainLoss] - record.values[kTrainCrossEntropy],
              record.values[kValLoss] - record.values[kValCrossEntropy], 1e-12);
  EXPECT_NEAR(record.values[kValLoss] - record.values[kValCrossEntropy],
              0.01 * still.network().squared_weights(), 1e-12);
}

TEST_F(TrainerTest, DropoutIsOnWhileItTrainsAndOffAfterwards) {
  definition.training.learning_rate = 0.0;
  const double without = trainer().train_epoch()->values[kTrainCrossEntropy];
  const double validation_without = trainer().train_epoch()->values[kValCrossEntropy];
  definition.training.dropout = {0.5};
  Trainer dropping = trainer();
  const EpochRecord first = dropping.train_epoch().value();
  const EpochRecord second = dropping.train_epoch().value();
  EXPECT_GT(first.values[kTrainCrossEntropy], without + 0.01);
  EXPECT_EQ(first.values[kValCrossEntropy], validation_without);
  EXPECT_NE(first.values[kTrainCrossEntropy], second.values[kTrainCrossEntropy]) << "new masks each epoch";
}

TEST_F(TrainerTest, TheLastSmallerMiniBatchIsAnUpdate) {
  // 1103 rows by 32: 34 full ones and one of 15. The decayed rate counts the updates.
  definition.training.learning_rate_schedule.kind = LearningRateSchedule::Kind::inverse_time;
  definition.training.learning_rate_schedule.decay = 1.0;
  Trainer decaying = trainer();
  EXPECT_DOUBLE_EQ(decaying.train_epoch()->values[kLearningRate], 0.05 / 35.0);
  EXPECT_DOUBLE_EQ(decaying.train_epoch()->values[kLearningRate], 0.05 / 70.0);
}

TEST_F(TrainerTest, TheLastSmallerMiniBatchTeaches) {
  // Everything but the last row is ordinary; one row alone in the last mini-batch changes the network.
  definition.training.batch_size = 1102;
  Trainer with = trainer();
  SampleView all_but_one = view_of(train);
  all_but_one.rows = 1102;
  Trainer without = trainer(all_but_one);
  with.train_epoch();
  without.train_epoch();
  EXPECT_NE(copy_weights(with.network()), copy_weights(without.network()));
}

TEST_F(TrainerTest, NoMiniBatchOfOneRowIsNormalized) {
  definition.model.batch_normalization = {"hidden_0"};
  definition.training.learning_rate = 0.0;
  // 1103 rows: two mini-batches, the second one of 552, where the network is not normalized three.
  definition.training.batch_size = 551;
  Trainer joined = trainer();
  joined.train_epoch();
  EXPECT_EQ(joined.state().position.update, 2);
  definition.training.batch_size = 1102;
  Trainer almost = trainer();
  almost.train_epoch();
  definition.training.batch_size = TrainingDefinition::kWholeBatch;
  Trainer whole = trainer();
  whole.train_epoch();
  EXPECT_EQ(almost.state().position.update, 1);
  EXPECT_EQ(copy_weights(almost.network()), copy_weights(whole.network())) << "moving statistics are of them";
  definition.model.batch_normalization = {};
  definition.training.batch_size = 1102;
  Trainer plain = trainer();
  plain.train_epoch();
  EXPECT_EQ(plain.state().position.update, 2);
}

TEST_F(TrainerTest, CarriesOnBeforeAJoinedMiniBatch) {
  definition.model.batch_normalization = {"hidden_0"};
  definition.training.batch_size = 29;  // 38 and one
  Trainer undisturbed = trainer();
  const double loss = undisturbed.train_epoch()->values[kTrainLoss];
  Trainer first = trainer();
  int updates = 0;
  EXPECT_FALSE(first.train_epoch([&updates] { return ++updates == 37; }));
  Trainer second = trainer();
  second.restore(first.state());
  EXPECT_EQ(second.train_epoch()->values[kTrainLoss], loss);
  TrainerState wrong = first.state();
  wrong.position.row = 1102;
  wrong.position.update = 38;
  EXPECT_THROW(second.restore(wrong), DataError);
}

TEST_F(TrainerTest, WholeBatchIsOneUpdateAnEpoch) {
  const Table large = puzzle(2500, 3);  // more than one piece of a mini-batch
  definition.training.learning_rate_schedule.kind = LearningRateSchedule::Kind::inverse_time;
  definition.training.learning_rate_schedule.decay = 1.0;
  definition.training.batch_size = TrainingDefinition::kWholeBatch;
  Trainer whole = trainer(view_of(large));
  EXPECT_DOUBLE_EQ(whole.train_epoch()->values[kLearningRate], 0.05);
  EXPECT_DOUBLE_EQ(whole.train_epoch()->values[kLearningRate], 0.05 / 2.0);
  definition.training.batch_size = 4000;  // more than there are
  Trainer larger = trainer(view_of(large));
  larger.train_epoch();
  larger.train_epoch();
  EXPECT_EQ(copy_weights(whole.network()), copy_weights(larger.network()));
}

TEST_F(TrainerTest, SchedulesSpanTheWholeTrainingUnlessTold) {
  definition.training.learning_rate_schedule.kind = LearningRateSchedule::Kind::cosine;
  Trainer whole = trainer();
  whole.train_epoch();
  whole.train_epoch();
  const double at_end = whole.train_epoch()->values[kLearningRate];
  EXPECT_GT(at_end, 0.0);
  EXPECT_LT(at_end, 0.05 * 0.001) << "update 104 of 105";
  definition.training.learning_rate_schedule.updates = 35;
  Trainer told = trainer();
  told.train_epoch();
  EXPECT_EQ(told.train_epoch()->values[kLearningRate], 0.0);
}

TEST_F(TrainerTest, AStepWithoutUpdatesIsOurFault) {
  definition.training.learning_rate_schedule.kind = LearningRateSchedule::Kind::step;
  EXPECT_THROW(trainer(), std::logic_error);
  definition.training.learning_rate_schedule.rate = 0.5;
  definition.training.learning_rate_schedule.updates = 35;
  Trainer told = trainer();
  EXPECT_EQ(told.train_epoch()->values[kLearningRate], 0.05);
  EXPECT_EQ(told.train_epoch()->values[kLearningRate], 0.025);
}

TEST_F(TrainerTest, ResultsDoNotDependOnWhereTheSamplesLie) {
  const SampleView view = view_of(train);
  std::vector<float> moved(static_cast<std::size_t>(view.rows * view.n_features) + 3);
  std::copy_n(view.features, view.rows * view.n_features, moved.begin() + 3);
  Trainer here = trainer();
  Trainer there = trainer({moved.data() + 3, view.labels, view.rows, view.n_features});
  EXPECT_EQ(here.train_epoch()->values[kTrainLoss], there.train_epoch()->values[kTrainLoss]);
  EXPECT_EQ(copy_weights(here.network()), copy_weights(there.network()));
}

/// The table's samples with some of the features made 0, dense and by their non-zeros.
struct SparsePuzzle {
  explicit SparsePuzzle(Table puzzle) : table(std::move(puzzle)) {
    auto& features = std::get<std::vector<float>>(table.features);
    for (std::size_t i = 0; i < features.size(); ++i) {
      if (i % 3 == 1 || i % 7 == 2) features[i] = 0.0F;
      if (i % kPuzzleFeatures == 0) starts.push_back(std::ssize(nonzeros));
      if (features[i] != 0.0F)
        nonzeros.push_back({static_cast<std::int32_t>(i % kPuzzleFeatures), features[i]});
    }
    starts.push_back(std::ssize(nonzeros));
  }
  SampleView dense() const { return view_of(table); }
  SampleView sparse() const {
    SampleView view = dense();
    view.row_starts = starts.data();
    view.nonzeros = nonzeros.data();
    return view;
  }

  Table table;
  std::vector<std::int64_t> starts;
  std::vector<Nonzero<float>> nonzeros;
};

TEST_F(TrainerTest, SkippingZerosChangesNoBit) {
  const SparsePuzzle rows(puzzle(2500, 3));
  const SparsePuzzle validation_rows(puzzle(700, 2));
  definition.training.l2 = 0.001;
  definition.training.dropout = {0.2};
  definition.training.optimizer = "adam";
  // A whole batch comes in pieces, but whole to batch normalization.
  for (const bool normalized : {false, true}) {
    definition.model.batch_normalization =
        normalized ? std::vector<std::string>{"hidden_0"} : std::vector<std::string>{};
    for (const std::int64_t batch_size :
         {std::int64_t{1}, std::int64_t{32}, TrainingDefinition::kWholeBatch}) {
      definition.training.batch_size = batch_size;
      Trainer dense(definition, rows.dense(), validation_rows.dense(), kPuzzleClasses, StreamKey(5));
      Trainer sparse(definition, rows.sparse(), validation_rows.sparse(), kPuzzleClasses, StreamKey(5));
      for (int epoch = 0; epoch < 2; ++epoch) {
        const EpochRecord expected = dense.train_epoch().value();
        const EpochRecord record = sparse.train_epoch().value();
        EXPECT_EQ(record.values[kTrainLoss], expected.values[kTrainLoss]) << batch_size;
        EXPECT_EQ(record.values[kValLoss], expected.values[kValLoss]) << batch_size;
      }
      EXPECT_EQ(copy_weights(sparse.network()), copy_weights(dense.network())) << batch_size;
    }
  }
}

TEST_F(TrainerTest, ALossThatIsNotFiniteEndsTheTraining) {
  definition.training.learning_rate = 1e30;
  Trainer diverging = trainer();
  EXPECT_FALSE(diverging.train_epoch());
  EXPECT_NE(diverging.failure().find(" at epoch 0, update "), std::string::npos) << diverging.failure();
  EXPECT_NE(diverging.failure().find("a smaller learning_rate may help"), std::string::npos);
}

TEST_F(TrainerTest, DivergenceInTheLastUpdateIsFoundByTheEvaluation) {
  definition.training.learning_rate = 1e30;
  definition.training.batch_size = TrainingDefinition::kWholeBatch;
  definition.training.optimizer = "adam";
  Trainer diverging = trainer();
  EXPECT_FALSE(diverging.train_epoch());
  EXPECT_NE(diverging.failure().find("the validation loss is nan after epoch 0"), std::string::npos)
      << diverging.failure();
}

TEST_F(TrainerTest, ARateForEachLayerIsItsOwn) {
  definition.model.hidden = {16, 12};
  const auto curve = [this](std::vector<double> rates) {
    definition.training.dropout = std::move(rates);
    return trainer().train_epoch()->values[kTrainLoss];
  };
  const double common = curve({0.3});
  EXPECT_EQ(curve({0.3, 0.3}), common) << "the same masks";
  EXPECT_NE(curve({0.3, 0.2}), common);
  EXPECT_NE(curve({0.3, 0.0}), curve({0.0, 0.3}));
  EXPECT_EQ(curve({0.0, 0.0}), curve({0.0}));
}

class NormalizedTrainer : public TrainerTest {
 protected:
  NormalizedTrainer() {
    definition.model.hidden = {16, 8};
    definition.model.batch_normalization = {"hidden_0", "hidden_1"};
  }

  std::vector<float> moving(const Trainer& trained, const std::string& layer, const std::string& name) const {
    for (const LayerArray& array : copy_weights(trained.network())) {
      if (array.layer == layer && array.name == name) return array.values;
    }
    return {};
  }
};

TEST_F(NormalizedTrainer, Learns) {
  Trainer learning = trainer();
  const double start = learning.train_epoch()->values[kValCrossEntropy];
  for (int epoch = 0; epoch < 14; ++epoch) learning.train_epoch();
  const EpochRecord last = learning.train_epoch().value();
  EXPECT_LT(last.values[kValCrossEntropy], 0.6 * start);
  EXPECT_GT(last.values[kValAccuracy], 0.8) << "half of the puzzle is what a linear model learns";
}

TEST_F(NormalizedTrainer, TrainsByTheBatchAndEvaluatesByTheMovingStatistics) {
  definition.training.learning_rate = 0.0;  // the network stays, its moving statistics do not
  Trainer still = trainer();
  const EpochRecord first = still.train_epoch().value();
  EpochRecord last;
  for (int epoch = 0; epoch < 30; ++epoch) last = still.train_epoch().value();
  EXPECT_NE(first.values[kValCrossEntropy], last.values[kValCrossEntropy]);
  // After 1085 updates nothing of the start is left, and the moving statistics are nearly those of all
  // rows: so much do mini-batches of 32 differ from them.
  EXPECT_NEAR(on_training_rows(still).cross_entropy, last.values[kTrainCrossEntropy], 0.05);
  EXPECT_NEAR(first.values[kTrainCrossEntropy], last.values[kTrainCrossEntropy], 0.02);
}

TEST_F(NormalizedTrainer, AWholeBatchMovesTheStatisticsOnceAnEpochByAllRows) {
  const Table large = puzzle(2500, 3);  // what goes in pieces without a normalized layer
  definition.training.batch_size = TrainingDefinition::kWholeBatch;
  Trainer start = trainer(view_of(large));
  const NetworkWeights weights = copy_weights(start.network());
  start.train_epoch();
  const std::vector<float> mean = moving(start, "hidden_0", "moving_mean");
  const std::vector<float> variance = moving(start, "hidden_0", "moving_variance");
  const SampleView rows = view_of(large);
  for (std::size_t j = 0; j < 16; ++j) {
    double sum = 0.0;
    double squares = 0.0;
    for (std::int64_t row = 0; row < rows.rows; ++row) {
      double z = 0.0;
      for (std::size_t i = 0; i < kPuzzleFeatures; ++i) {
        z += static_cast<double>(rows.features[row * kPuzzleFeatures + static_cast<std::int64_t>(i)]) *
             static_cast<double>(weights[0].values[i * 16 + j]);
      }
      sum += z;
      squares += z * z;
    }
    const double batch_mean = sum / 2500.0;
    EXPECT_NEAR(mean[j], 0.01 * batch_mean, 1e-6);
    EXPECT_NEAR(variance[j], 0.99 + 0.01 * (squares / 2500.0 - batch_mean * batch_mean), 1e-6);
  }
}

TEST_F(NormalizedTrainer, AWholeBatchIsTheSameInWhateverOrderItsRowsCome) {
  definition.training.batch_size = TrainingDefinition::kWholeBatch;
  definition.training.learning_rate = 0.0;  // the epochs differ in the order alone
  Trainer still = trainer();
  const double first = still.train_epoch()->values[kTrainCrossEntropy];
  EXPECT_NEAR(still.train_epoch()->values[kTrainCrossEntropy], first, 1e-6);
}

TEST_F(NormalizedTrainer, BatchSizeOneIsFiniteThoughItSeesBetaOnly) {
  definition.training.batch_size = 1;
  Trainer single = trainer();
  const EpochRecord record = single.train_epoch().value();
  EXPECT_TRUE(std::isfinite(record.values[kTrainLoss]));
  EXPECT_TRUE(std::isfinite(record.values[kValLoss]));
  EXPECT_LT(moving(single, "hidden_0", "moving_variance")[0], 1e-4) << "0.99^1103 of 1 is left";
}

TEST_F(NormalizedTrainer, OneRowLeftForTheLastMiniBatchIsFine) {
  definition.training.batch_size = 1102;
  Trainer uneven = trainer();
  EXPECT_TRUE(uneven.train_epoch());
  EXPECT_TRUE(uneven.train_epoch());
}

TEST_F(TrainerTest, BatchSizeOneUpdatesAfterEveryRow) {
  definition.training.batch_size = 1;
  definition.training.learning_rate = 0.02;
  definition.training.learning_rate_schedule.kind = LearningRateSchedule::Kind::inverse_time;
  definition.training.learning_rate_schedule.decay = 1.0;
  EXPECT_DOUBLE_EQ(trainer().train_epoch()->values[kLearningRate], 0.02 / 1103.0);
  definition.training.learning_rate_schedule = {};
  Trainer single = trainer();
  for (int epoch = 0; epoch < 9; ++epoch) single.train_epoch();
  EXPECT_GT(single.train_epoch()->values[kValAccuracy], 0.8);
}

}  // namespace
}  // namespace trawl
