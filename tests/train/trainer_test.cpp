#include "trawl/train/trainer.hpp"

#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "tests/train/puzzle.hpp"
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
    StudyDefinition study;
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
  EXPECT_NEAR(record.train_cross_entropy, expected.cross_entropy, 1e-6);
  EXPECT_NEAR(record.train_loss, expected.loss, 1e-6);
  EXPECT_DOUBLE_EQ(record.train_accuracy, expected.accuracy) << "the last 15 rows count as 15, not as 32";
  EXPECT_NEAR(record.train_loss - record.train_cross_entropy, record.val_loss - record.val_cross_entropy,
              1e-12);
  EXPECT_NEAR(record.val_loss - record.val_cross_entropy, 0.01 * still.network().squared_weights(), 1e-12);
}

TEST_F(TrainerTest, DropoutIsOnWhileItTrainsAndOffAfterwards) {
  definition.training.learning_rate = 0.0;
  const double without = trainer().train_epoch()->train_cross_entropy;
  const double validation_without = trainer().train_epoch()->val_cross_entropy;
  definition.training.dropout = 0.5;
  Trainer dropping = trainer();
  const EpochRecord first = dropping.train_epoch().value();
  const EpochRecord second = dropping.train_epoch().value();
  EXPECT_GT(first.train_cross_entropy, without + 0.01);
  EXPECT_EQ(first.val_cross_entropy, validation_without);
  EXPECT_NE(first.train_cross_entropy, second.train_cross_entropy) << "new masks each epoch";
}

TEST_F(TrainerTest, TheLastSmallerMiniBatchIsAnUpdate) {
  // 1103 rows by 32: 34 full ones and one of 15. The decayed rate counts the updates.
  definition.training.learning_rate_schedule.kind = LearningRateSchedule::Kind::inverse_time;
  definition.training.learning_rate_schedule.decay = 1.0;
  Trainer decaying = trainer();
  EXPECT_DOUBLE_EQ(decaying.train_epoch()->learning_rate, 0.05 / 35.0);
  EXPECT_DOUBLE_EQ(decaying.train_epoch()->learning_rate, 0.05 / 70.0);
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

TEST_F(TrainerTest, WholeBatchIsOneUpdateAnEpoch) {
  const Table large = puzzle(2500, 3);  // more than one piece of a mini-batch
  definition.training.learning_rate_schedule.kind = LearningRateSchedule::Kind::inverse_time;
  definition.training.learning_rate_schedule.decay = 1.0;
  definition.training.batch_size = TrainingDefinition::kWholeBatch;
  Trainer whole = trainer(view_of(large));
  EXPECT_DOUBLE_EQ(whole.train_epoch()->learning_rate, 0.05);
  EXPECT_DOUBLE_EQ(whole.train_epoch()->learning_rate, 0.05 / 2.0);
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
  const double at_end = whole.train_epoch()->learning_rate;
  EXPECT_GT(at_end, 0.0);
  EXPECT_LT(at_end, 0.05 * 0.001) << "update 104 of 105";
  definition.training.learning_rate_schedule.updates = 35;
  Trainer told = trainer();
  told.train_epoch();
  EXPECT_EQ(told.train_epoch()->learning_rate, 0.0);
}

TEST_F(TrainerTest, AStepWithoutUpdatesIsOurFault) {
  definition.training.learning_rate_schedule.kind = LearningRateSchedule::Kind::step;
  EXPECT_THROW(trainer(), std::logic_error);
  definition.training.learning_rate_schedule.rate = 0.5;
  definition.training.learning_rate_schedule.updates = 35;
  Trainer told = trainer();
  EXPECT_EQ(told.train_epoch()->learning_rate, 0.05);
  EXPECT_EQ(told.train_epoch()->learning_rate, 0.025);
}

TEST_F(TrainerTest, ResultsDoNotDependOnWhereTheSamplesLie) {
  const SampleView view = view_of(train);
  std::vector<float> moved(static_cast<std::size_t>(view.rows * view.n_features) + 3);
  std::copy_n(view.features, view.rows * view.n_features, moved.begin() + 3);
  Trainer here = trainer();
  Trainer there = trainer({moved.data() + 3, view.labels, view.rows, view.n_features});
  EXPECT_EQ(here.train_epoch()->train_loss, there.train_epoch()->train_loss);
  EXPECT_EQ(copy_weights(here.network()), copy_weights(there.network()));
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
  definition.training.optimizer = TrainingDefinition::Optimizer::adam;
  Trainer diverging = trainer();
  EXPECT_FALSE(diverging.train_epoch());
  EXPECT_NE(diverging.failure().find("the validation loss is nan after epoch 0"), std::string::npos)
      << diverging.failure();
}

}  // namespace
}  // namespace trawl
