// Puts the results of shards together.
#include "trawl/results/merge.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "trawl/base/clock.hpp"
#include "trawl/base/error.hpp"
#include "trawl/results/difference.hpp"
#include "trawl/results/differing_lines.hpp"
#include "trawl/results/read_results.hpp"
#include "trawl/study/ranking.hpp"

namespace trawl {
namespace {

// Of one study, but by programs that declare other curves.
void require_same_metrics(const MergeInput& a, const MergeInput& b) {
  const std::vector<std::string> names = a.tables.metrics.names();
  const std::vector<std::string> others = b.tables.metrics.names();
  if (names == others) return;
  throw StudyMismatchError(
      fmt::format("{} and {} hold other metrics: {} and {}; were they made by two versions of a program?",
                  a.path, b.path, fmt::join(names, ", "), fmt::join(others, ", ")));
}

void require_one_study(const std::vector<MergeInput>& inputs) {
  const MergeInput& first = inputs.front();
  for (const MergeInput& input : inputs) {
    if (input.tables.identity == first.tables.identity) {
      require_same_metrics(first, input);
      continue;
    }
    throw StudyMismatchError(
        fmt::format("{} and {} hold different studies:{}", first.path, input.path,
                    differing_lines(first.tables.identity, "first: ", input.tables.identity, "second:")));
  }
}

/// The input with the most trials: the others hold what the study was before it grew.
const StudyTables& largest(const std::vector<MergeInput>& inputs) {
  return std::max_element(inputs.begin(), inputs.end(),
                          [](const MergeInput& a, const MergeInput& b) {
                            return a.tables.trials.size() < b.tables.trials.size();
                          })
      ->tables;
}

StudyTables without_rows(const StudyTables& tables) {
  StudyTables head;
  head.study = tables.study;
  head.objective = tables.objective;
  head.repeats = tables.repeats;
  head.job_text = tables.job_text;
  head.job_resolved = tables.job_resolved;
  head.identity = tables.identity;
  head.space = tables.space;
  head.data = tables.data;
  head.parameter_names = tables.parameter_names;
  head.metrics = tables.metrics;
  head.scaling = tables.scaling;
  return head;
}

bool has_point(const StudyTables& tables, std::int64_t point) {
  const auto first = static_cast<std::size_t>(point * tables.repeats);
  const auto end = first + static_cast<std::size_t>(tables.repeats);
  return end <= tables.trials.size() &&
         std::all_of(tables.trials.begin() + static_cast<std::ptrdiff_t>(first),
                     tables.trials.begin() + static_cast<std::ptrdiff_t>(end), is_finished);
}

void require_equal(const MergeInput& a, const MergeInput& b, std::int64_t point) {
  const std::int64_t repeats = a.tables.repeats;
  for (TrialNumber trial = point * repeats; trial < (point + 1) * repeats; ++trial) {
    const auto difference = first_difference_of_trial(a.tables, b.tables, trial);
    if (difference) {
      throw StudyMismatchError(fmt::format("{} and {} both hold trial {}, and not the same of it: {}", a.path,
                                           b.path, trial, *difference));
    }
  }
}

/// The first input in which the point has finished; all others in which it has must agree.
const MergeInput* holder_of(const std::vector<MergeInput>& inputs, std::int64_t point) {
  const MergeInput* holder = nullptr;
  for (const MergeInput& input : inputs) {
    if (!has_point(input.tables, point)) continue;
    if (holder == nullptr)
      holder = &input;
    else
      require_equal(*holder, input, point);
  }
  return holder;
}

void take_trial(const StudyTables& from, TrialNumber trial, StudyTables& merged) {
  merged.trials.push_back(from.trials[static_cast<std::size_t>(trial)]);
  const auto epochs = epochs_of(from, trial);
  merged.epochs.insert(merged.epochs.end(), epochs.begin(), epochs.end());
  const auto legs = legs_of(from, trial);
  merged.legs.insert(merged.legs.end(), legs.begin(), legs.end());
}

TrialRow unstarted(const TrialRow& row) {
  TrialRow empty;
  empty.number = row.number;
  empty.point = row.point;
  empty.repeat = row.repeat;
  empty.seed = row.seed;
  return empty;
}

/// Fills the rows of trials and epochs; returns the trials that are missing.
std::vector<TrialNumber> take_points(const std::vector<MergeInput>& inputs, StudyTables& merged) {
  const StudyTables& all = largest(inputs);
  std::vector<TrialNumber> missing;
  for (std::size_t first = 0; first < all.trials.size(); first += static_cast<std::size_t>(all.repeats)) {
    const MergeInput* holder = holder_of(inputs, all.trials[first].point);
    for (std::size_t i = first; i < first + static_cast<std::size_t>(all.repeats); ++i) {
      const auto trial = static_cast<TrialNumber>(i);
      if (holder != nullptr) {
        take_trial(holder->tables, trial, merged);
      } else {
        merged.trials.push_back(unstarted(all.trials[i]));
        missing.push_back(trial);
      }
    }
  }
  return missing;
}

/// Of a study that is not complete they may go on.
void wait_again(StudyTables& merged) {
  for (TrialRow& row : merged.trials) {
    if (was_paused(merged, row)) row.state = TrialState::paused;
  }
}

void take_sessions(const std::vector<MergeInput>& inputs, StudyTables& merged) {
  std::string text = fmt::format("merged from {} file{}:", inputs.size(), inputs.size() == 1 ? "" : "s");
  for (const auto& [path, tables] : inputs) {
    const auto before = static_cast<std::int64_t>(merged.sessions.size());
    merged.sessions.insert(merged.sessions.end(), tables.sessions.begin(), tables.sessions.end());
    for (WorkerRow worker : tables.workers) {
      worker.session += before;
      merged.workers.push_back(std::move(worker));
    }
    merged.messages.insert(merged.messages.end(), tables.messages.begin(), tables.messages.end());
    text += fmt::format(" {} ({})", path, described(tables.shard));
  }
  merged.messages.push_back({unix_time(), MessageLogged::Level::info, -1, text});
}

/// The best of all points is the best of the input that holds it, which has its weights.
void take_best(const std::vector<MergeInput>& inputs, StudyTables& merged) {
  Ranking ranking(merged.objective.direction, merged.repeats);
  for (const TrialRow& row : merged.trials) {
    if (is_finished(row)) ranking.add(row.number, row.state == TrialState::complete ? row.objective : kNan);
  }
  if (!ranking.best()) return;
  const BestPoint& best = *ranking.best();
  merged.best = BestNetwork{
      best.trial, merged.trials[static_cast<std::size_t>(best.trial)].parameters, best.objective, {}};
  for (const auto& [path, tables] : inputs) {
    if (!tables.best || tables.best->trial != best.trial) continue;
    merged.best->weights = tables.best->weights;
    if (!tables.scaling.offset.empty()) merged.scaling = tables.scaling;
    if (merged.complete) merged.test = tables.test;
    if (!merged.best->weights.empty()) return;
  }
}

/// "1, 3, 5 and 12 more"
template <class Item>
std::string listed(const std::vector<Item>& items) {
  constexpr std::size_t kShown = 10;
  const std::size_t n = std::min(items.size(), kShown);
  std::string text =
      fmt::format("{}", fmt::join(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(n), ", "));
  return items.size() == n ? text : fmt::format("{} and {} more", text, items.size() - n);
}

/// The shards without a file, where all files are shards of as many.
std::vector<std::string> absent_shards(const std::vector<MergeInput>& inputs) {
  const std::int64_t count = inputs.front().tables.shard.count;
  std::set<std::int64_t> present;
  for (const MergeInput& input : inputs) {
    if (input.tables.shard.count != count) return {};
    present.insert(input.tables.shard.index);
  }
  std::vector<std::string> absent;
  for (std::int64_t index = 0; index < count; ++index) {
    if (present.count(index) == 0) absent.push_back(to_text(Shard{index, count}));
  }
  return absent;
}

std::vector<std::string> incomplete_files(const std::vector<MergeInput>& inputs) {
  std::vector<std::string> paths;
  for (const MergeInput& input : inputs) {
    if (!input.tables.complete) paths.push_back(input.path);
  }
  return paths;
}

/// Throws unless the inputs are the whole study, and finished.
void require_whole(const std::vector<MergeInput>& inputs, const std::vector<TrialNumber>& missing,
                   std::size_t n_trials) {
  const std::vector<std::string> incomplete = incomplete_files(inputs);
  if (missing.empty() && incomplete.empty()) return;
  std::string text;
  if (!missing.empty()) {
    text = fmt::format("{} of {} trials are missing: {}.", missing.size(), n_trials, listed(missing));
    const std::vector<std::string> absent = absent_shards(inputs);
    if (!absent.empty()) text += fmt::format(" There is no file of shard {}.", listed(absent));
  }
  if (!incomplete.empty()) {
    text += fmt::format("{}Not complete: {}.", text.empty() ? "" : " ", listed(incomplete));
  }
  throw StudyMismatchError(
      text + " Give the commands that run them once more, or merge what is there with --partial");
}

}  // namespace

StudyTables merge(const std::vector<MergeInput>& inputs, Missing missing) {
  TRAWL_CHECK(!inputs.empty(), "nothing to merge");
  require_one_study(inputs);
  StudyTables merged = without_rows(largest(inputs));
  const std::vector<TrialNumber> missing_trials = take_points(inputs, merged);
  if (missing == Missing::refuse) require_whole(inputs, missing_trials, merged.trials.size());
  merged.complete = missing_trials.empty() && incomplete_files(inputs).empty();
  if (!merged.complete) wait_again(merged);
  take_sessions(inputs, merged);
  take_best(inputs, merged);
  return merged;
}

}  // namespace trawl
