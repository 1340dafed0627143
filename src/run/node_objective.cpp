// Makes what a process evaluates, with its samples.
#include "trawl/run/node_objective.hpp"

#include <cmath>

#include "trawl/base/clock.hpp"
#include "trawl/base/error.hpp"
#include "trawl/run/fault_objective.hpp"
#include "trawl/study/ranking.hpp"

namespace trawl {
namespace {

/// Follows the curve of a custom program: whether it is what the program declares, and what it is worth.
class CurveObserver : public PassingObserver {
 public:
  CurveObserver(TrialObserver& next, const StudyDefinition& study)
      : PassingObserver(next), objective_(study.objective), metrics_(study.metrics) {}

  void on_epoch(const EpochRecord& record) override {
    if (record.values.size() != metrics_.size()) {
      throw DataError(fmt::format(
          "the objective reports {} values of epoch {}, and the program has {} metrics: {}",
          record.values.size(), record.epoch, metrics_.size(), fmt::join(metrics_.names(), ", ")));
    }
    if (std::isnan(record.seconds))
      PassingObserver::on_epoch(timed(record));
    else
      PassingObserver::on_epoch(record);
    last_ = steady_time();
    const double value = record.values[*metrics_.place_of(objective_.metric)];
    const bool best = objective_.at == ObjectiveDefinition::At::best;
    if (best && epoch_ >= 0 && !is_better(objective_.direction, value, value_)) return;
    value_ = value;
    epoch_ = record.epoch;
  }

  /// Fills in what the program left out.
  void complete(TrialOutcome& outcome) const {
    if (outcome.state != TrialState::complete || !std::isnan(outcome.objective) || epoch_ < 0) return;
    outcome.objective = value_;
    outcome.best_epoch = epoch_;
  }

 private:
  [[nodiscard]] EpochRecord timed(EpochRecord record) const {
    record.seconds = steady_time() - last_;
    return record;
  }

  const ObjectiveDefinition& objective_;
  const MetricTable& metrics_;
  double last_ = steady_time();
  double value_ = kNan;
  std::int64_t epoch_ = -1;
};

}  // namespace

NodeObjective::NodeObjective(const Program& program, const StudyDefinition& study,
                             const std::string& data_path)
    : study_(study) {
  if (!data_path.empty()) data_.emplace(data_path);
  inner_ = with_test_faults(program.make_objective(study, data_ ? &*data_ : nullptr));
}

std::optional<TrialOutcome> NodeObjective::evaluate(const Trial& trial, TrialObserver& observer) {
  const double start = steady_time();
  std::optional<TrialOutcome> outcome =
      study_.program.empty() ? inner_->evaluate(trial, observer) : evaluate_custom(trial, observer);
  if (outcome && outcome->seconds == 0.0) outcome->seconds = steady_time() - start;
  return outcome;
}

std::optional<TrialOutcome> NodeObjective::evaluate_custom(const Trial& trial, TrialObserver& observer) {
  Trial whole = trial;
  for (const auto& [name, value] : study_.parameters) {
    if (find_parameter(trial.parameters, name) == nullptr) whole.parameters.emplace_back(name, value);
  }
  CurveObserver curve(observer, study_);
  std::optional<TrialOutcome> outcome = inner_->evaluate(whole, curve);
  if (outcome) curve.complete(*outcome);
  return outcome;
}

}  // namespace trawl
