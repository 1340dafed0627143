// Predicts what a stretch of a training costs, by what its program says of an epoch.
#include "trawl/run/leg_cost.hpp"

#include <algorithm>
#include <cstdint>

namespace trawl {
namespace {

/// All that the program declares, as at the point.
Parameters all_parameters(const StudyDefinition& study, const Parameters& point) {
  Parameters all;
  all.reserve(study.parameters.size());
  for (const auto& [name, fixed] : study.parameters) {
    const ParameterValue* value = find_parameter(point, name);
    all.emplace_back(name, value != nullptr ? *value : fixed);
  }
  return all;
}

/// Of a whole trial.
std::int64_t epochs_of(const ProgramDeclaration& program, const StudyDefinition& study,
                       const Parameters& point) {
  if (study.pruner.prunes()) return study.pruner.max_resource;
  if (program.epochs.empty()) return 1;
  return std::get<std::int64_t>(value_at(study, point, program.epochs));
}

}  // namespace

LegCost leg_cost(const Program& program, const StudyDefinition& study, const PreparedData* data) {
  DataShape shape;
  if (data != nullptr) shape = {data->train().rows, data->train().n_features, data->n_classes()};
  return [declared = program.keys.program, study, shape](const Parameters& point, std::int64_t from_epoch,
                                                         std::int64_t until_epoch) {
    const double of_epoch = declared.cost ? declared.cost(all_parameters(study, point), shape) : 1.0;
    const std::int64_t last = until_epoch == kToTheEnd ? epochs_of(declared, study, point) : until_epoch;
    return of_epoch * static_cast<double>(std::max<std::int64_t>(1, last - from_epoch));
  };
}

}  // namespace trawl
