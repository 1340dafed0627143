// Reads the legs of trials, and refuses what no trial can have.
#include "read_legs.hpp"

#include <algorithm>

#include "trawl/base/error.hpp"
#include "trawl/results/schema.hpp"

namespace trawl {
namespace {

template <class T>
std::vector<T> column(const h5::Group& group, const schema::Column& column, std::size_t rows) {
  std::vector<T> values = group.dataset(column.name).read<T>();
  if (values.size() != rows)
    throw StoreError(fmt::format("{}/{} has {} of {} rows", group.path(), column.name, values.size(), rows));
  return values;
}

// Those in which a leg can end.
TrialState end_state(std::int8_t value) {
  for (const TrialState state :
       {TrialState::paused, TrialState::complete, TrialState::pruned, TrialState::failed}) {
    if (value == static_cast<std::int8_t>(state)) return state;
  }
  throw StoreError(fmt::format("a leg ends in state {}, which is none", value));
}

// Each pause of a trial is later than the one before.
void check(const std::vector<LegRow>& rows, std::int64_t n_trials) {
  std::int64_t paused_at = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const LegRow& row = rows[i];
    if (row.trial < 0 || row.trial >= n_trials)
      throw StoreError(fmt::format("there is a leg of trial {}, which there is not", row.trial));
    if (i == 0 || rows[i - 1].trial != row.trial) paused_at = 0;
    if (row.state != TrialState::paused) continue;
    if (row.until <= paused_at)
      throw StoreError(
          fmt::format("trial {} is paused at epoch {} after {}", row.trial, row.until, paused_at));
    paused_at = row.until;
  }
}

// Parameters that change from leg to leg are those of a newer build, and whoever left them out would lose
// them.
void require_known(const h5::Group& group) {
  namespace s = schema::legs;
  if (!group.has(s::kParameters)) return;
  const std::vector<std::string> names = group.group(s::kParameters).names();
  if (names.empty()) return;
  throw StoreError(fmt::format(
      "/legs/{}/{}: its parameters change from leg to leg, which this build cannot read; take the "
      "one that wrote the file",
      s::kParameters, names.front()));
}

// What a timetable decided.
void read_planned(const h5::Group& group, std::vector<LegRow>& rows) {
  namespace s = schema::legs;
  const std::vector<std::string> proposed_by = group.dataset(s::kProposedBy.name).read_text();
  if (proposed_by.size() != rows.size())
    throw StoreError(
        fmt::format("/legs/{} has {} rows, not {}", s::kProposedBy.name, proposed_by.size(), rows.size()));
  const auto n_known = column<std::int64_t>(group, s::kNKnown, rows.size());
  const auto start = column<double>(group, s::kVirtualStart, rows.size());
  const auto end = column<double>(group, s::kVirtualEnd, rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    rows[i].planned = {rows[i].trial, proposed_by[i], n_known[i], start[i], end[i]};
}

}  // namespace

std::vector<LegRow> read_legs(const h5::Group& group, std::int64_t n_trials) {
  namespace s = schema::legs;
  require_known(group);
  const auto trial = group.dataset(s::kTrial.name).read<std::int64_t>();
  const std::size_t n = trial.size();
  const auto from = column<std::int64_t>(group, s::kFrom, n);
  const auto until = column<std::int64_t>(group, s::kUntil, n);
  const auto parent = column<std::int64_t>(group, s::kParent, n);
  const auto state = column<std::int8_t>(group, s::kState, n);
  const auto value = column<double>(group, s::kValue, n);
  const auto ended_at = column<double>(group, s::kEndedAt, n);
  std::vector<LegRow> rows;
  rows.reserve(n);
  for (std::size_t i = 0; i < n; ++i)
    rows.push_back({trial[i], from[i], until[i], parent[i], end_state(state[i]), value[i], ended_at[i]});
  if (group.has(s::kVirtualEnd.name)) read_planned(group, rows);
  std::stable_sort(rows.begin(), rows.end(),
                   [](const LegRow& a, const LegRow& b) { return a.trial < b.trial; });
  check(rows, n_trials);
  return rows;
}

}  // namespace trawl
