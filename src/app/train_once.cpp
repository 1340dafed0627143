#include "trawl/app/train_once.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "trawl/app/failure.hpp"
#include "trawl/app/node_data.hpp"
#include "trawl/app/output.hpp"
#include "trawl/app/stop_signal.hpp"
#include "trawl/base/clock.hpp"
#include "trawl/base/log.hpp"
#include "trawl/config/job_file.hpp"
#include "trawl/train/evaluation.hpp"
#include "trawl/train/perceptron_objective.hpp"

namespace trawl {
namespace {

class EpochPrinter : public TrialObserver {
 public:
  explicit EpochPrinter(std::int64_t n_epochs) : n_epochs_(n_epochs) {
    say("{:>9}  {:>10} {:>10}  {:>10} {:>10}  {:>12} {:>8}\n", "epoch", "train_loss", "val_loss",
        "train_acc.", "val_acc.", "learn. rate", "seconds");
  }
  void on_epoch(const EpochRecord& record) override {
    say("{:>4}/{:<4}  {:>10.5f} {:>10.5f}  {:>10.5f} {:>10.5f}  {:>12.3e} {:>8.2f}\n", record.epoch + 1,
        n_epochs_, record.train_loss, record.val_loss, record.train_accuracy, record.val_accuracy,
        record.learning_rate, record.seconds);
    std::fflush(stdout);
  }
  bool stop_requested() override { return trawl::stop_requested(); }

 private:
  std::int64_t n_epochs_;
};

void print_outcome(const StudyDefinition& study, const TrialOutcome& outcome, const PreparedData& data) {
  say("{} {:.6g} at epoch {}, {} in all\n", to_text(study.objective.metric), outcome.objective,
      outcome.best_epoch + 1, format_duration(outcome.seconds));
  if (data.test().rows == 0) return;
  const Evaluation test = evaluate_network(study, {}, outcome.weights, data.test());
  say("test rows: accuracy {:.4f}, cross-entropy {:.4f}\n", test.accuracy, test.cross_entropy);
}

}  // namespace

int train_once(const std::string& job_path, const std::vector<std::string>& overrides) {
  const JobFile job = read_training_job(job_path, overrides);
  for (const std::string& warning : job.warnings) log_warning("{}", warning);
  const StudyDefinition& study = job.definition;
  const RankGroup alone = RankGroup::alone();
  NodeData data(alone, study);
  data.remove_name();
  for (const std::string& warning : data.summary().warnings) log_warning("{}", warning);
  PerceptronObjective objective(study, data.data());
  EpochPrinter printer(study.training.epochs);
  const std::optional<TrialOutcome> outcome = objective.evaluate(Trial{}, printer);
  if (!outcome) return static_cast<int>(ExitCode::interrupted);
  if (outcome->state == TrialState::failed) {
    log_error("the training failed: {}", outcome->error);
    return static_cast<int>(ExitCode::some_failed);
  }
  print_outcome(study, *outcome, data.data());
  return static_cast<int>(ExitCode::complete);
}

}  // namespace trawl
