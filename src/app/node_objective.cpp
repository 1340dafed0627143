#include "trawl/app/node_objective.hpp"

#include "trawl/app/fault_objective.hpp"
#include "trawl/base/clock.hpp"

namespace trawl {

NodeObjective::NodeObjective(const Program& program, const StudyDefinition& study,
                             const std::string& data_path)
    : fixed_(study.own_parameters) {
  if (!data_path.empty()) data_.emplace(data_path);
  inner_ = with_test_faults(program.make_objective(study, data_ ? &*data_ : nullptr));
}

std::optional<TrialOutcome> NodeObjective::evaluate(const Trial& trial, TrialObserver& observer) {
  const double start = steady_time();
  Trial whole = trial;
  for (const auto& [name, value] : fixed_) {
    if (find_parameter(trial.parameters, name) == nullptr) whole.parameters.emplace_back(name, value);
  }
  std::optional<TrialOutcome> outcome = inner_->evaluate(whole, observer);
  if (outcome && outcome->seconds == 0.0) outcome->seconds = steady_time() - start;
  return outcome;
}

}  // namespace trawl
