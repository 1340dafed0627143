// Turns the journal's records into rows.
#include "trawl/results/table_builder.hpp"

#include <algorithm>

namespace trawl {

TableBuilder::TableBuilder(const JournaledStudy& study)
    : repeats_(study.repeats),
      seed_(study.seed),
      n_metrics_(study.metrics.size()),
      best_(study.objective.direction, study.repeats) {
  pending_.sessions_changed = pending_.workers_changed = true;
}

void TableBuilder::apply(const JournalRecord& record) {
  std::visit([this](const auto& alternative) { on(alternative); }, record);
}

void TableBuilder::on(const TrialEvent& event) {
  if (best_.apply(event)) pending_.best_changed = true;
  std::visit([this](const auto& alternative) { on_event(alternative); }, event);
}

void TableBuilder::on(const SessionStarted& started) {
  interrupt_running();
  sessions_.push_back({started.provenance, started.time, kNan, -1});
  pending_.sessions_changed = true;
}

void TableBuilder::on(const SessionEnded& ended) {
  interrupt_running();
  if (sessions_.empty()) return;
  sessions_.back().ended_at = ended.time;
  sessions_.back().exit_code = ended.exit_code;
  pending_.sessions_changed = true;
}

void TableBuilder::interrupt_running() {
  for (auto& [number, trial] : started_) {
    if (trial.row.state == TrialState::running) interrupt(trial);
  }
}

// One that was cut off on its way from a pause is paused as before.
void TableBuilder::interrupt(Started& trial) {
  trial.row.state = trial.from > 0 ? TrialState::paused : TrialState::waiting;
  pending_.trials[trial.row.number] = trial.row;
}

TrialRow TableBuilder::empty_row(TrialNumber trial) const {
  TrialRow row;
  row.number = trial;
  row.point = trial / repeats_;
  row.repeat = trial % repeats_;
  row.seed = trial_seed(seed_, row.point, row.repeat);
  return row;
}

TableBuilder::Started& TableBuilder::started(TrialNumber trial) {
  const auto [it, is_new] = started_.try_emplace(trial);
  if (is_new) it->second.row = empty_row(trial);
  return it->second;
}

void TableBuilder::on_event(const TrialStarted& event) {
  Started& trial = started(event.trial.number);
  trial.row.state = TrialState::running;
  trial.row.attempt = event.attempt;
  trial.row.rank = event.rank;
  trial.row.host = event.host;
  trial.row.started_at = event.time;
  trial.row.finished_at = kNan;
  trial.row.parameters = event.trial.parameters;
  trial.reported = 0;
  pending_.trials[event.trial.number] = trial.row;
}

void TableBuilder::on_event(const EpochsReported& reported) {
  Started& trial = started(reported.trial);
  for (const EpochRecord& record : reported.records) add_epoch(trial, record);
  trial.row.n_epochs = static_cast<std::int64_t>(trial.epoch_rows.size());
  pending_.trials[reported.trial] = trial.row;
}

void TableBuilder::add_epoch(Started& trial, const EpochRecord& record) {
  const auto place = static_cast<std::size_t>(record.epoch);
  // After a cut an older attempt's late report may go on where it was: a curve has no holes.
  if (place > trial.epoch_rows.size()) return;
  trial.reported = place + 1;
  if (place < trial.epoch_rows.size()) {
    if (has_values(trial, place, record.values)) return;
    cut_curve(trial, place);
    pending_.messages.push_back({trial.row.started_at, MessageLogged::Level::warning, trial.row.number,
                                 fmt::format("attempt {} differs from an earlier one from epoch {} on "
                                             "(another kind of CPU?): its curve counts",
                                             trial.row.attempt, record.epoch)});
  }
  const auto* values = record.values.begin();
  for (std::size_t i = 0; i < n_metrics_; ++i)
    trial.curve.push_back(i < record.values.size() ? values[i] : kNan);
  trial.epoch_rows.push_back(n_epoch_rows_++);
  EpochRow& row = pending_.epochs.emplace_back();
  row.trial = trial.row.number;
  row.record = record;
}

bool TableBuilder::has_values(const Started& trial, std::size_t place, const MetricValues& values) const {
  const double* first = trial.curve.data() + place * n_metrics_;
  for (std::size_t i = 0; i < n_metrics_; ++i) {
    if (!same_number(first[i], values.at_or_nan(i))) return false;
  }
  return true;
}

void TableBuilder::cut_curve(Started& trial, std::size_t length) {
  if (length >= trial.epoch_rows.size()) return;
  const auto first = trial.epoch_rows.begin() + static_cast<std::ptrdiff_t>(length);
  pending_.dead_epochs.insert(pending_.dead_epochs.end(), first, trial.epoch_rows.end());
  trial.epoch_rows.resize(length);
  trial.curve.resize(length * n_metrics_);
}

void TableBuilder::on_event(const AttemptFailed& failed) {
  interrupt(started(failed.trial));
  pending_.messages.push_back({failed.time, MessageLogged::Level::warning, failed.trial,
                               fmt::format("attempt {} failed: {}", failed.attempt, failed.reason)});
}

void TableBuilder::on_event(const TrialFinished& finished) {
  Started& trial = started(finished.trial);
  const TrialOutcome& outcome = finished.outcome;
  const auto n_epochs = static_cast<std::size_t>(std::max<std::int64_t>(outcome.n_epochs, 0));
  // The outcome of a trial that crashed knows nothing of the epochs that were reported before.
  const std::size_t known = std::max(trial.reported, static_cast<std::size_t>(trial.from));
  cut_curve(trial, outcome.state == TrialState::failed ? std::max(n_epochs, known) : n_epochs);
  TrialRow& row = trial.row;
  row.state = outcome.state;
  row.attempt = std::max(row.attempt, finished.attempt);  // a late result may be an older one's
  row.n_epochs = static_cast<std::int64_t>(trial.epoch_rows.size());
  row.best_epoch = outcome.best_epoch;
  row.objective = outcome.objective;
  row.finished_at = finished.time;
  row.seconds = outcome.seconds;
  row.error = outcome.error;
  pending_.trials[finished.trial] = row;
  const double value = row.state == TrialState::failed ? kNan : row.objective;
  const std::int64_t until = std::max(row.n_epochs, outcome.n_epochs);
  pending_.legs.push_back(
      {row.number, trial.from, until, -1, row.state, value, finished.time, trial.planned});
  ++n_finished_;
  forget_settled(trial.row.point);
}

void TableBuilder::forget_settled(std::int64_t point) {
  const auto begin = started_.lower_bound(point * repeats_);
  const auto end = started_.lower_bound((point + 1) * repeats_);
  const auto is_settled = [](const auto& trial) {
    return trial.second.row.state == TrialState::complete || trial.second.row.state == TrialState::pruned;
  };
  if (std::count_if(begin, end, is_settled) == repeats_) started_.erase(begin, end);
}

void TableBuilder::on_event(const TrialRetried& retried) {
  Started& trial = started(retried.trial);
  TrialRow& row = trial.row;
  const std::string why = row.error.empty()
                              ? "is trained once more, as another repeat of its point is tried again"
                              : fmt::format("is tried again; it had failed: {}", row.error);
  if (!std::isnan(retried.time))
    pending_.messages.push_back({retried.time, MessageLogged::Level::info, retried.trial, why});
  if (!row.error.empty()) pending_.without_error.insert(retried.trial);
  row.state = TrialState::waiting;
  row.best_epoch = -1;
  row.objective = row.finished_at = row.seconds = kNan;
  row.error.clear();
  trial.reported = 0;
  trial.from = 0;  // it is trained to its end, whatever legs it had
  pending_.trials[retried.trial] = row;
  --n_finished_;
}

void TableBuilder::on_event(const TrialPaused& paused) {
  Started& trial = started(paused.trial);
  cut_curve(trial, static_cast<std::size_t>(paused.epoch));
  TrialRow& row = trial.row;
  row.state = TrialState::paused;
  row.attempt = std::max(row.attempt, paused.attempt);
  row.n_epochs = static_cast<std::int64_t>(trial.epoch_rows.size());
  row.finished_at = paused.time;
  row.seconds = paused.seconds;
  pending_.trials[paused.trial] = row;
  pending_.legs.push_back({row.number, trial.from, paused.epoch, -1, TrialState::paused, paused.value,
                           paused.time, trial.planned});
  trial.from = paused.epoch;
}

void TableBuilder::on_event(const WorkerSeen& seen) {
  const std::int64_t session = std::max<std::int64_t>(0, static_cast<std::int64_t>(sessions_.size()) - 1);
  const auto [it, is_new] = worker_rows_.try_emplace({session, seen.rank}, workers_.size());
  if (is_new)
    workers_.push_back({session, seen});
  else
    workers_[it->second].seen = seen;
  pending_.workers_changed = true;
}

void TableBuilder::epoch_row_moved(TrialNumber trial, std::int64_t from, std::int64_t to) {
  const auto it = started_.find(trial);
  if (it == started_.end()) return;
  std::vector<std::int64_t>& rows = it->second.epoch_rows;
  std::replace(rows.begin(), rows.end(), from, to);
}

}  // namespace trawl
