#include "trawl/app/train_once.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "trawl/app/failure.hpp"
#include "trawl/app/node_data.hpp"
#include "trawl/app/node_objective.hpp"
#include "trawl/app/output.hpp"
#include "trawl/app/stop_signal.hpp"
#include "trawl/base/clock.hpp"
#include "trawl/base/log.hpp"
#include "trawl/config/job_file.hpp"

namespace trawl {
namespace {

class EpochPrinter : public TrialObserver {
 public:
  explicit EpochPrinter(const StudyDefinition& study)
      : of_(study.program.empty() ? fmt::format("/{}", study.training.epochs) : "") {
    say("{:>9}  {:>10} {:>10}  {:>10} {:>10}  {:>12} {:>8}\n", "epoch", "train_loss", "val_loss",
        "train_acc.", "val_acc.", "learn. rate", "seconds");
  }
  void on_epoch(const EpochRecord& record) override {
    say("{:>4}{:<5}  {:>10.5f} {:>10.5f}  {:>10.5f} {:>10.5f}  {:>12.3e} {:>8.2f}\n", record.epoch + 1, of_,
        record.train_loss, record.val_loss, record.train_accuracy, record.val_accuracy, record.learning_rate,
        record.seconds);
    std::fflush(stdout);
  }
  bool stop_requested() override { return trawl::stop_requested(); }

 private:
  std::string of_;  // only the perceptron's epochs are known beforehand
};

void print_outcome(const StudyDefinition& study, const TrialOutcome& outcome, const NodeData& data,
                   const Program& program) {
  say("{} {:.6g} at epoch {}, {} in all\n", study.objective.metric_name(), outcome.objective,
      outcome.best_epoch + 1, format_duration(outcome.seconds));
  if (data.data() == nullptr || data.data()->test().rows == 0 || !program.evaluate_test) return;
  const TestEvaluation test = program.evaluate_test(study, {}, outcome.weights, data.data()->test());
  say("test rows: accuracy {:.4f}, cross-entropy {:.4f}\n", test.accuracy, test.cross_entropy);
}

}  // namespace

int train_once(const std::string& job_path, const std::vector<std::string>& overrides,
               const Program& program) {
  const JobFile job = read_training_job(job_path, overrides, program.keys);
  for (const std::string& warning : job.warnings) log_warning("{}", warning);
  const StudyDefinition& study = job.definition;
  NodeData data(study);
  data.share(RankGroup::alone());
  for (const std::string& warning : data.summary().warnings) log_warning("{}", warning);
  NodeObjective objective(program, study, data.path());
  data.remove_name();
  EpochPrinter printer(study);
  const std::optional<TrialOutcome> outcome = objective.evaluate(Trial{}, printer);
  if (!outcome) return static_cast<int>(ExitCode::interrupted);
  if (outcome->state == TrialState::failed) {
    log_error("the training failed: {}", outcome->error);
    return static_cast<int>(ExitCode::some_failed);
  }
  print_outcome(study, *outcome, data, program);
  return static_cast<int>(ExitCode::complete);
}

}  // namespace trawl
