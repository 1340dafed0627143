// Does `trawl train`: one training without a search.
#include "trawl/app/train_once.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "trawl/app/output.hpp"
#include "trawl/base/clock.hpp"
#include "trawl/base/exit_code.hpp"
#include "trawl/base/log.hpp"
#include "trawl/config/job_file.hpp"
#include "trawl/run/node_data.hpp"
#include "trawl/run/node_objective.hpp"
#include "trawl/run/stop_signal.hpp"

namespace trawl {
namespace {

/// A line an epoch: every metric under its name, which breaks at its first "_".
class EpochPrinter : public TrialObserver {
 public:
  explicit EpochPrinter(const StudyDefinition& study)
      : of_(study.program.empty() ? "/" + to_text(value_at(study, {}, "epochs")) : "") {
    std::string upper = fmt::format("{:>9}", "");
    std::string lower = fmt::format("{:>9}", "epoch");
    for (const MetricColumn& metric : study.metrics.columns()) {
      const std::size_t cut = std::min(metric.name.find('_'), metric.name.size());
      const bool breaks = cut < metric.name.size();
      const std::string first = breaks ? metric.name.substr(0, cut) : "";
      const std::string rest = breaks ? metric.name.substr(cut + 1) : metric.name;
      const std::size_t width = std::max({first.size(), rest.size(), kDigits}) + 2;
      widths_.push_back(width);
      upper += fmt::format("{:>{}}", first, width);
      lower += fmt::format("{:>{}}", rest, width);
    }
    say("{}\n{}{:>10}\n", upper, lower, "seconds");
  }
  void on_epoch(const EpochRecord& record) override {
    std::string line = fmt::format("{:>4}{:<5}", record.epoch + 1, of_);
    for (std::size_t place = 0; place < widths_.size(); ++place) {
      line += fmt::format("{:>{}.5g}", record.values.at_or_nan(place), widths_[place]);
    }
    say("{}{:>10.2f}\n", line, record.seconds);
    std::fflush(stdout);
  }
  bool stop_requested() override { return trawl::stop_requested(); }

 private:
  static constexpr std::size_t kDigits = 10;  // -1.234e-05

  std::string of_;  // only the perceptron's epochs are known beforehand
  std::vector<std::size_t> widths_;
};

void print_outcome(const StudyDefinition& study, const TrialOutcome& outcome, const NodeData& data,
                   const Program& program) {
  say("{} {:.6g} at epoch {}, {} in all\n", study.objective.metric, outcome.objective, outcome.best_epoch + 1,
      format_duration(outcome.seconds));
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
