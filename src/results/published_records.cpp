// Turns a published file back into records.
#include "trawl/results/published_records.hpp"

#include <algorithm>
#include <cmath>

namespace trawl {
namespace {

using Use = std::function<void(const JournalRecord&)>;

void give(const Use& use, TrialEvent event) { use(JournalRecord(std::move(event))); }

void sessions_with_workers(const StudyTables& tables, const Use& use) {
  for (std::size_t i = 0; i < tables.sessions.size(); ++i) {
    const SessionRow& session = tables.sessions[i];
    use(SessionStarted{session.provenance, session.started_at});
    for (const WorkerRow& worker : tables.workers) {
      if (worker.session == static_cast<std::int64_t>(i)) give(use, worker.seen);
    }
    if (session.exit_code >= 0) use(SessionEnded{session.ended_at, session.exit_code});
  }
}

TrialOutcome outcome_of(const StudyTables& tables, const TrialRow& row) {
  TrialOutcome outcome{row.state, row.objective, row.best_epoch, row.n_epochs, row.seconds, row.error, {}};
  if (tables.best && tables.best->trial == row.number) outcome.weights = tables.best->weights;
  return outcome;
}

// What ended before the trial came to its present state. What was tried again has ended twice.
void give_earlier_legs(const StudyTables& tables, const TrialRow& row, const TrialStarted& started,
                       const Use& use) {
  const std::span<const LegRow> legs = legs_of(tables, row.number);
  const bool has_ended = is_finished(row) && !was_paused(tables, row);
  for (std::size_t i = 0; i < legs.size(); ++i) {
    const LegRow& leg = legs[i];
    if (!std::isnan(leg.planned.virtual_end)) give(use, leg.planned);
    if (leg.state == TrialState::paused) {
      give(use, TrialPaused{row.number, row.attempt, leg.until, leg.value, row.seconds, leg.ended_at});
    } else if (!has_ended || i + 1 < legs.size()) {
      give(use, TrialFinished{row.number,
                              row.attempt,
                              leg.ended_at,
                              {leg.state, leg.value, -1, leg.until, row.seconds, "", {}}});
      give(use, TrialRetried{row.number, kNan});
      give(use, started);
    }
  }
}

}  // namespace

Parameters restored_parameters(const Parameters& stored, const std::vector<ParameterColumn>& columns) {
  Parameters parameters = stored;
  for (auto& [name, value] : parameters) {
    const auto& wanted = name;
    const auto column = std::find_if(columns.begin(), columns.end(),
                                     [&](const ParameterColumn& c) { return c.name == wanted; });
    if (column == columns.end()) continue;
    const std::int64_t choice = choice_index(*column, value);
    if (choice >= 0) value = column->choices[static_cast<std::size_t>(choice)];
  }
  return parameters;
}

void for_each_published_record(const StudyTables& tables, const std::vector<ParameterColumn>& parameters,
                               const Use& use) {
  sessions_with_workers(tables, use);
  for (const MessageLogged& message : tables.messages) give(use, message);
  auto epoch = tables.epochs.begin();
  for (const TrialRow& row : tables.trials) {
    if (row.attempt == 0) continue;
    const Trial trial{row.number, row.point, row.repeat, restored_parameters(row.parameters, parameters)};
    const TrialStarted started{trial, row.attempt, row.rank, row.host, row.started_at};
    give(use, started);
    give_earlier_legs(tables, row, started, use);
    EpochsReported reported{row.number, row.attempt, {}};
    for (; epoch != tables.epochs.end() && epoch->trial == row.number; ++epoch)
      reported.records.push_back(epoch->record);
    if (!reported.records.empty()) give(use, std::move(reported));
    if (is_finished(row) && !was_paused(tables, row)) {
      give(use, TrialFinished{row.number, row.attempt, row.finished_at, outcome_of(tables, row)});
    }
  }
  if (tables.test) use(*tables.test);
}

}  // namespace trawl
