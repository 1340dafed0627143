#include "trawl/train/trainer_state.hpp"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/train/metric_places.hpp"
#include "tests/train/puzzle.hpp"
#include "trawl/archive/bytes.hpp"
#include "trawl/base/error.hpp"
#include "trawl/train/network_weights.hpp"
#include "trawl/train/trainer.hpp"

namespace trawl {
namespace {

using Schedules = LearningRateSchedule::Kind;

constexpr std::int64_t kEpochs = 3;

struct Case {
  const char* name;
  const char* optimizer;
  std::int64_t batch_size;
  void (*change)(TrialDefinition&);
};

void nothing(TrialDefinition& /*definition*/) {}
void drop(TrialDefinition& definition) { definition.training.dropout = {0.3, 0.1}; }
void penalize(TrialDefinition& definition) { definition.training.l2 = 0.01; }
void decay(TrialDefinition& definition) {
  definition.training.learning_rate_schedule.kind = Schedules::inverse_time;
  definition.training.learning_rate_schedule.decay = 0.1;
}
void normalize(TrialDefinition& definition) { definition.model.batch_normalization = {"hidden_0"}; }
void everything(TrialDefinition& definition) {
  drop(definition);
  penalize(definition);
  normalize(definition);
  definition.training.learning_rate_schedule.kind = Schedules::cosine;
}

constexpr std::int64_t kWhole = TrainingDefinition::kWholeBatch;
const Case kCases[] = {{"sgd", "sgd", 16, nothing},
                       {"momentum", "momentum", 16, nothing},
                       {"nesterov", "nesterov", 16, nothing},
                       {"rmsprop", "rmsprop", 16, nothing},
                       {"adam", "adam", 16, nothing},
                       {"dropout", "sgd", 16, drop},
                       {"l2", "momentum", 16, penalize},
                       {"decay", "sgd", 16, decay},
                       {"batch_normalization", "sgd", 16, normalize},
                       {"everything", "adam", 16, everything},
                       {"single_rows", "adam", 1, everything},
                       {"whole_batch", "adam", kWhole, everything},
                       {"whole_batch_in_pieces", "adam", kWhole, drop}};

/// All that may not differ between equal trainings.
std::vector<double> values_of(const EpochRecord& r) {
  return {static_cast<double>(r.epoch), r.values[kTrainLoss],   r.values[kTrainCrossEntropy],
          r.values[kTrainAccuracy],     r.values[kValLoss],     r.values[kValCrossEntropy],
          r.values[kValAccuracy],       r.values[kLearningRate]};
}

class StateOfTrainer : public testing::TestWithParam<Case> {
 protected:
  StateOfTrainer() {
    definition.model.hidden = {7, 5};
    definition.training.epochs = kEpochs;
    definition.training.learning_rate = 0.05;
    definition.training.optimizer = GetParam().optimizer;
    definition.training.batch_size = GetParam().batch_size;
    GetParam().change(definition);
  }

  Trainer trainer() const {
    return Trainer(definition, view_of(train), view_of(validation), kPuzzleClasses, StreamKey(5));
  }

  std::int64_t n_updates() const {
    const std::int64_t size = GetParam().batch_size == kWhole ? rows : GetParam().batch_size;
    return kEpochs * ((rows + size - 1) / size);
  }

  // A whole batch of more than 512 rows goes in pieces.
  std::int64_t rows = GetParam().batch_size == kWhole ? 1100 : 70;
  const Table train = puzzle(rows, 1);
  const Table validation = puzzle(30, 2);
  TrialDefinition definition;
};

TEST_P(StateOfTrainer, CarriesOnAfterAnyUpdateWithTheSameBits) {
  std::vector<std::vector<double>> expected;
  Trainer undisturbed = trainer();
  for (std::int64_t epoch = 0; epoch < kEpochs; ++epoch) {
    expected.push_back(values_of(undisturbed.train_epoch().value()));
  }
  const NetworkWeights weights = copy_weights(undisturbed.network());
  for (std::int64_t stop = 1; stop <= n_updates(); ++stop) {
    std::vector<std::vector<double>> curve;
    Trainer first = trainer();
    std::int64_t asked = 0;
    while (const auto record = first.train_epoch([&] { return ++asked == stop; })) {
      curve.push_back(values_of(*record));
    }
    ASSERT_EQ(first.failure(), "");
    const std::string bytes = encode(first.state());
    Trainer second = trainer();
    second.restore(decode<TrainerState>(bytes));
    while (std::ssize(curve) < kEpochs) curve.push_back(values_of(second.train_epoch().value()));
    ASSERT_EQ(curve, expected) << "stopped after update " << stop;
    ASSERT_EQ(copy_weights(second.network()), weights) << "stopped after update " << stop;
  }
}

TEST_P(StateOfTrainer, AnInterruptedEpochGoesOnInTheSameTrainer) {
  Trainer undisturbed = trainer();
  Trainer interrupted = trainer();
  for (std::int64_t epoch = 0; epoch < kEpochs; ++epoch) {
    std::optional<EpochRecord> record;
    while (!record) record = interrupted.train_epoch([] { return true; });  // after its last update too
    EXPECT_EQ(values_of(*record), values_of(undisturbed.train_epoch().value()));
  }
}

INSTANTIATE_TEST_SUITE_P(All, StateOfTrainer, testing::ValuesIn(kCases),
                         [](const auto& each) { return std::string(each.param.name); });

class ForeignState : public testing::Test {
 protected:
  ForeignState() {
    definition.model.hidden = {7};
    definition.training.batch_size = 16;
    definition.training.optimizer = "adam";
  }
  Trainer trainer() const {
    return Trainer(definition, view_of(train), view_of(train), kPuzzleClasses, StreamKey(5));
  }
  const Table train = puzzle(70, 1);
  TrialDefinition definition;
};

TEST_F(ForeignState, IsRefusedAndChangesNothing) {
  Trainer other = trainer();
  other.train_epoch();
  const NetworkWeights weights = copy_weights(other.network());
  const TrainerState sound = trainer().state();
  std::vector<TrainerState> foreign(7, sound);
  foreign[0].parameters.pop_back();
  foreign[1].moving_statistics.push_back(0.0F);
  foreign[2].optimizer_arrays.pop_back();
  foreign[3].optimizer_arrays[1].pop_back();
  foreign[4].optimizer_numbers.clear();
  foreign[5].position.row = 71;
  foreign[6].position.epoch = -1;
  for (const TrainerState& state : foreign) EXPECT_THROW(other.restore(state), DataError);
  EXPECT_EQ(copy_weights(other.network()), weights);
  EXPECT_EQ(other.state().position.epoch, 1);
  other.restore(sound);
  EXPECT_NE(copy_weights(other.network()), weights);
}

}  // namespace
}  // namespace trawl
