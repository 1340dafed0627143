// The state in a trial's checkpoint, as the training takes it that would go on from it. The first byte
// chooses the training.
#include <limits>

#include "fuzzing.hpp"
#include "tests/train/perceptron_study.hpp"
#include "tests/train/puzzle.hpp"
#include "trawl/base/error.hpp"
#include "trawl/data/scaling.hpp"
#include "trawl/data/write_prepared.hpp"
#include "trawl/train/perceptron_objective.hpp"

namespace trawl::fuzzing {
namespace {

const PreparedData& data() {
  static const PreparedData kData = [] {
    const MemoryFolder folder;
    const Table train = puzzle(20, 1);
    const Table validation = puzzle(10, 2);
    write_prepared(folder.file("data"),
                   {all_rows(train), all_rows(validation), {}, no_scaling(kPuzzleFeatures), kPuzzleClasses});
    return PreparedData(folder.file("data"));
  }();
  return kData;
}

StudyDefinition study(std::uint8_t choice) {
  PerceptronStudy study;
  study.model.hidden = {2};
  study.training.epochs = 4;
  study.training.batch_size = 8;
  if (choice % 3 == 1) {
    study.training.optimizer = "adam";
    study.training.dropout = {0.2};
    study.training.early_stopping = EarlyStoppingDefinition{2, 0.0, true, {}};
    study.model.batch_normalization = {"hidden_0"};
  } else if (choice % 3 == 2) {
    study.training.optimizer = "momentum";
    study.training.l2 = 0.01;
    study.objective.at = ObjectiveDefinition::At::best;
  }
  return study;
}

/// Holds a training to what it promises, whatever its checkpoint said.
class StrictObserver : public TrialObserver {
 public:
  explicit StrictObserver(int stop_after) : stop_after_(stop_after) {}
  StrictObserver(std::optional<std::string> checkpoint, int stop_after)
      : checkpoint_(std::move(checkpoint)), stop_after_(stop_after) {}
  void on_epoch(const EpochRecord& record) override {
    FUZZ_CHECK(record.epoch == std::ssize(curve_), "epoch {} where {} is due", record.epoch, curve_.size());
    curve_.push_back(record);
  }
  void on_message(MessageLogged::Level /*level*/, const std::string& text) override { check_message(text); }
  bool stop_requested() override { return ++asked_ > stop_after_; }
  std::optional<std::string> load_checkpoint() override { return checkpoint_; }
  bool checkpoint_due() override { return false; }
  void save_checkpoint(const std::string& state) override { checkpoint_ = state; }

  [[nodiscard]] const std::optional<std::string>& checkpoint() const { return checkpoint_; }
  [[nodiscard]] std::int64_t n_epochs() const { return std::ssize(curve_); }

 private:
  std::optional<std::string> checkpoint_;
  int stop_after_;
  int asked_ = 0;
  std::vector<EpochRecord> curve_;
};

void run(std::string_view bytes) {
  const auto choice = take<std::uint8_t>(bytes);
  StrictObserver observer(std::string(bytes), std::numeric_limits<int>::max());
  PerceptronObjective objective(study(choice), data());
  const std::optional<TrialOutcome> outcome = objective.evaluate({}, observer);
  FUZZ_CHECK(outcome.has_value());
  if (outcome->state == TrialState::failed) return check_message(outcome->error);
  FUZZ_CHECK(outcome->n_epochs == observer.n_epochs() && outcome->n_epochs <= 4);
  FUZZ_CHECK(outcome->best_epoch >= -1 && outcome->best_epoch < outcome->n_epochs, "{}", outcome->best_epoch);
  FUZZ_CHECK(outcome->weights.size() == (choice % 3 == 1 ? 7U : 4U), "{}", outcome->weights.size());
}

std::vector<std::string> seeds() {
  std::vector<std::string> seeds;
  for (const std::uint8_t choice : {0, 1, 2}) {
    for (const int updates : {1, 2, 5, 12}) {
      StrictObserver observer(updates);
      PerceptronObjective(study(choice), data()).evaluate({}, observer);
      if (observer.checkpoint()) seeds.push_back(static_cast<char>(choice) + *observer.checkpoint());
    }
  }
  return seeds;
}

}  // namespace

const Target target{.run = run, .seeds = seeds};

}  // namespace trawl::fuzzing
