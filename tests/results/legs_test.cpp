#include <gtest/gtest.h>

#include "simulated_study.hpp"
#include "tests/train/metric_places.hpp"
#include "trawl/h5/file.hpp"
#include "trawl/journal/journal_reader.hpp"
#include "trawl/results/difference.hpp"
#include "trawl/results/merge.hpp"
#include "trawl/results/repair.hpp"
#include "trawl/results/schema.hpp"
#include "trawl/results/write_results.hpp"

// Trials in several legs: in the journal, in files, and back.

namespace trawl {
namespace {

using namespace testing;

constexpr std::int64_t kPauseEpoch = 2;
const SimulatedStudy kStudy{6, 1, 4, "simulated"};

StudyDescription description(const SimulatedStudy& study) {
  StudyDescription description = study.description();
  description.keep = StudyProgress::Keep::results;
  return description;
}

std::unique_ptr<ResultsStore> open(const std::string& path, const SimulatedStudy& study = kStudy,
                                   const StoreOptions& options = quick()) {
  return ResultsStore::open(path, description(study), provenance(), options);
}

double value_at_pause(TrialNumber trial) {
  return SimulatedStudy::record(trial, kPauseEpoch - 1).values[kValAccuracy];
}

TrialEvent epochs(TrialNumber trial, std::int64_t n) {
  EpochsReported reported{trial, 1, {}};
  for (std::int64_t epoch = 0; epoch < n; ++epoch)
    reported.records.push_back(SimulatedStudy::record(trial, epoch));
  return reported;
}

std::vector<TrialEvent> pausing(const SimulatedStudy& study, TrialNumber trial) {
  return {TrialStarted{study.trial(trial), 1, 1, "node2", 100.0, kPauseEpoch}, epochs(trial, kPauseEpoch),
          TrialPaused{trial, 1, kPauseEpoch, value_at_pause(trial), 0.25, 150.0}};
}

std::vector<TrialEvent> ending(const SimulatedStudy& study, TrialNumber trial) {
  return {TrialStarted{study.trial(trial), 1, 2, "node1", 160.0}, epochs(trial, study.n_epochs),
          TrialFinished{trial, 1, 200.0, study.outcome(trial)}};
}

void pause_all_and_end_some(ResultsStore& store, const SimulatedStudy& study) {
  for (TrialNumber trial = 0; trial < study.n_points; ++trial) store.append(pausing(study, trial));
  for (TrialNumber trial = 0; trial < study.n_points; trial += 3) store.append(ending(study, trial));
}

Leg leg(TrialNumber trial, std::int64_t until) { return {{trial, trial, 0, {}}, 0, until}; }

// All that a plan needs to take its decisions again.
void expect_facts(const StudyProgress& progress, std::int64_t n_trials = kStudy.n_points) {
  for (TrialNumber trial = 0; trial < n_trials; ++trial) {
    const auto paused = progress.result_of(leg(trial, kPauseEpoch));
    ASSERT_TRUE(paused) << trial;
    EXPECT_EQ(paused->state, TrialState::paused);
    EXPECT_EQ(paused->value, value_at_pause(trial));
    const auto end = progress.result_of(leg(trial, kToTheEnd));
    ASSERT_EQ(end.has_value(), trial % 3 == 0) << trial;
    EXPECT_EQ(end ? end->value : 0.0, end ? kStudy.outcome(trial).objective : 0.0);
    EXPECT_EQ(progress.is_finished(trial), trial % 3 == 0);
  }
  EXPECT_EQ(progress.n_paused(), n_trials - (n_trials + 2) / 3);
}

void expect_tables(const StudyTables& tables, TrialState of_paused) {
  for (const TrialRow& row : tables.trials) {
    const bool ends = row.number % 3 == 0;
    EXPECT_EQ(row.state, ends ? TrialState::complete : of_paused);
    EXPECT_EQ(row.n_epochs, ends ? kStudy.n_epochs : kPauseEpoch);
    EXPECT_EQ(epochs_of(tables, row.number).size(), static_cast<std::size_t>(row.n_epochs));
    EXPECT_EQ(std::isnan(row.objective), !ends);
    EXPECT_EQ(row.finished_at, ends ? 200.0 : 150.0);
    const auto legs = legs_of(tables, row.number);
    ASSERT_EQ(legs.size(), ends ? 2U : 1U);
    EXPECT_EQ(legs[0].from, 0);
    EXPECT_EQ(legs[0].until, kPauseEpoch);
    EXPECT_EQ(legs[0].parent, -1);
    EXPECT_EQ(legs[0].state, TrialState::paused);
    EXPECT_EQ(legs[0].value, value_at_pause(row.number));
    EXPECT_EQ(legs[0].ended_at, 150.0);
    if (!ends) continue;
    EXPECT_EQ(legs[1].from, kPauseEpoch);
    EXPECT_EQ(legs[1].until, kStudy.n_epochs);
    EXPECT_EQ(legs[1].state, TrialState::complete);
    EXPECT_EQ(legs[1].value, row.objective);
  }
}

void finish(const std::string& path, const SimulatedStudy& study = kStudy) {
  const auto store = open(path, study);
  pause_all_and_end_some(*store, study);
  store->complete(TestEvaluation{0.9, 0.3}, 0);
}

TEST(Legs, OfAnUnfinishedStudyArePublishedAndFoundAgain) {
  const Folder folder;
  {
    const auto store = open(folder.file());
    pause_all_and_end_some(*store, kStudy);
    store->close(75);
  }
  expect_tables(read_results(folder.file()), TrialState::paused);
  EXPECT_FALSE(read_results(folder.file()).complete);
  expect_facts(open(folder.file())->progress());
}

TEST(Legs, AreFoundInThePublishedFileAlone) {
  const Folder folder;
  {
    const auto store = open(folder.file());
    pause_all_and_end_some(*store, kStudy);
    store->close(75);
  }
  remove_journal(folder.file());
  const auto store = open(folder.file());
  EXPECT_EQ(store->start(), StudyStart::resumed);
  expect_facts(store->progress());
  EXPECT_EQ(store->progress().attempts(1).started, 1);
  EXPECT_TRUE(store->progress().attempts(1).paused);
  store->close(75);
  expect_tables(read_results(folder.file()), TrialState::paused);
}

TEST(Legs, AreRebuiltFromTheJournal) {
  const Folder folder;
  {
    const auto store = open(folder.file());
    pause_all_and_end_some(*store, kStudy);
  }
  std::filesystem::remove(folder.file());
  EXPECT_EQ(repair(folder.file()).n_finished, 2);
  expect_tables(read_results(folder.file()), TrialState::paused);
}

TEST(Legs, ACompleteFileShowsPausedTrialsAsPruned) {
  const Folder folder;
  finish(folder.file());
  const StudyTables tables = read_results(folder.file());
  EXPECT_TRUE(tables.complete);
  expect_tables(tables, TrialState::pruned);
  EXPECT_EQ(tables.best->trial % 3, 0) << "what is pruned never ranks";
  EXPECT_EQ(open(folder.file())->start(), StudyStart::already_complete);
}

TEST(Legs, AnExtensionWakesThem) {
  const Folder folder;
  finish(folder.file());
  SimulatedStudy larger = kStudy;
  larger.n_points = 8;
  const auto store = open(folder.file(), larger);
  EXPECT_EQ(store->start(), StudyStart::extended);
  EXPECT_EQ(store->progress().n_paused(), 4);
  EXPECT_EQ(store->progress().result_of(leg(1, kPauseEpoch))->value, value_at_pause(1));
  EXPECT_FALSE(store->progress().result_of(leg(1, kToTheEnd)));
  store->append(ending(larger, 1));
  store->close(75);
  const StudyTables tables = read_results(folder.file());
  EXPECT_EQ(tables.trials[1].state, TrialState::complete);
  EXPECT_EQ(tables.trials[2].state, TrialState::paused);
  EXPECT_EQ(tables.trials[1].attempt, 1) << "to go on is no new start";
  EXPECT_EQ(legs_of(tables, 1).size(), 2U);
  EXPECT_EQ(epochs_of(tables, 1).size(), 4U);
}

TEST(Legs, ATrialThatIsCutOffOnItsWayFromAPauseIsPaused) {
  const Folder folder;
  {
    const auto store = open(folder.file());
    store->append(pausing(kStudy, 1));
    store->append({TrialStarted{kStudy.trial(1), 1, 2, "node1", 160.0}, epochs(1, 3)});
    store->close(75);
  }
  for (const bool with_journal : {true, false}) {
    if (!with_journal) remove_journal(folder.file());
    const StudyTables tables = read_results(folder.file());
    EXPECT_EQ(tables.trials[1].state, TrialState::paused);
    EXPECT_EQ(tables.trials[1].n_epochs, 3);
    open(folder.file())->close(75);
    EXPECT_SAME(read_results(folder.file()), tables);
  }
}

TEST(Legs, OfAFailedAttemptOnTheWayFromAPauseAreKept) {
  const Folder folder;
  const auto store = open(folder.file());
  store->append(pausing(kStudy, 1));
  store->append({TrialStarted{kStudy.trial(1), 1, 2, "node1", 160.0}, AttemptFailed{1, 1, 161.0, "crash"}});
  store->append({TrialStarted{kStudy.trial(1), 2, 2, "node1", 162.0}});
  TrialOutcome crashed;
  crashed.state = TrialState::failed;
  crashed.error = "crash";
  store->append({TrialFinished{1, 2, 163.0, crashed}});
  store->close(75);
  const StudyTables tables = read_results(folder.file());
  EXPECT_EQ(tables.trials[1].n_epochs, kPauseEpoch);
  EXPECT_EQ(legs_of(tables, 1)[1].from, kPauseEpoch);
  EXPECT_EQ(legs_of(tables, 1)[1].state, TrialState::failed);
}

TEST(Legs, AFailureThatWasTriedAgainStaysAFact) {
  const Folder folder;
  SimulatedStudy study{8, 1, 4, "simulated"};
  const TrialNumber failed = 6;
  {
    const auto store = open(folder.file(), study);
    study.run(*store, [] {});
    store->complete(std::nullopt, 3);
  }
  StoreOptions retrying = quick();
  retrying.retry_failed = true;
  {
    const auto store = open(folder.file(), study, retrying);
    EXPECT_EQ(store->n_retried(), 1);
    EXPECT_EQ(store->progress().result_of(leg(failed, kToTheEnd))->state, TrialState::failed);
    EXPECT_FALSE(store->progress().is_finished(failed));
    study.never_fails = true;
    study.run(*store, [] {});
    store->complete(TestEvaluation{0.9, 0.3}, 0);
  }
  const StudyTables tables = read_results(folder.file());
  EXPECT_EQ(tables.trials[failed].state, TrialState::complete);
  ASSERT_EQ(legs_of(tables, failed).size(), 2U);
  EXPECT_EQ(legs_of(tables, failed)[0].state, TrialState::failed);
  EXPECT_EQ(legs_of(tables, failed)[0].until, study.n_epochs);
  SimulatedStudy never_failed = study;
  never_failed.finish(folder.file("sound.h5"));
  EXPECT_SAME(tables, read_results(folder.file("sound.h5")));
  study.n_points = 9;
  const auto store = open(folder.file(), study);
  EXPECT_EQ(store->progress().result_of(leg(failed, kToTheEnd))->state, TrialState::failed);
  EXPECT_TRUE(store->progress().is_finished(failed));
  EXPECT_EQ(store->progress().n_failed(), 0);
  store->close(75);
  const StudyTables extended = read_results(folder.file());
  EXPECT_EQ(extended.messages.size(), tables.messages.size()) << "it is not told again";
  EXPECT_EQ(legs_of(extended, failed).size(), 2U);
}

TEST(Legs, OfAFixedPlanAreOneATrial) {
  const Folder folder;
  kStudy.finish(folder.file());
  const StudyTables tables = read_results(folder.file());
  ASSERT_EQ(tables.legs.size(), 6U);
  for (TrialNumber trial = 0; trial < 6; ++trial) {
    const LegRow& row = tables.legs[static_cast<std::size_t>(trial)];
    EXPECT_EQ(row.trial, trial);
    EXPECT_EQ(row.from, 0);
    EXPECT_EQ(row.until, kStudy.n_epochs);
    EXPECT_EQ(row.value, kStudy.outcome(trial).objective);
  }
}

// No plan changes a leg's parameters yet: whoever does adds columns to a group that is there.
TEST(Legs, HaveAGroupForParametersThatChange) {
  const Folder folder;
  const auto has_group = [](const std::string& path) {
    const h5::File file = h5::File::open_to_read(path);
    const h5::Group legs = file.root().group(schema::kLegs);
    if (!legs.has(schema::legs::kParameters)) return false;
    const h5::Group parameters = legs.group(schema::legs::kParameters);
    return parameters.names().empty() && parameters.has_attribute(schema::kDescription);
  };
  {
    const auto store = open(folder.file());
    pause_all_and_end_some(*store, kStudy);
    store->close(75);
    EXPECT_TRUE(has_group(folder.file())) << "on the way";
    store->complete(TestEvaluation{0.9, 0.3}, 0);
  }
  EXPECT_TRUE(has_group(folder.file())) << "complete";
  write_results(folder.file("merged.h5"), description(kStudy), read_results(folder.file()));
  EXPECT_TRUE(has_group(folder.file("merged.h5")));
}

TEST(Legs, WithParametersThatChangeAreRefusedByName) {
  const Folder folder;
  finish(folder.file());
  {
    h5::File file = h5::File::open_to_write(folder.file());
    h5::Group parameters = file.root().group(schema::kLegs).group(schema::legs::kParameters);
    parameters.create_group("learning_rate").close();
    parameters.close();
    file.close();
  }
  try {
    read_results(folder.file());
    FAIL() << "they would be lost";
  } catch (const StoreError& error) {
    EXPECT_NE(std::string(error.what()).find("/legs/parameters/learning_rate"), std::string::npos)
        << error.what();
  }
}

TEST(Legs, OfAFileWithoutThatGroupGoOn) {
  const Folder folder;
  finish(folder.file());
  {
    h5::File file = h5::File::open_to_write(folder.file());
    file.root().group(schema::kLegs).remove(schema::legs::kParameters);
    file.close();
  }
  expect_tables(read_results(folder.file()), TrialState::pruned);
  SimulatedStudy larger = kStudy;
  larger.n_points = 8;
  const auto store = open(folder.file(), larger);
  EXPECT_EQ(store->start(), StudyStart::extended);
  store->append(ending(larger, 1));
  store->close(75);
  EXPECT_EQ(legs_of(read_results(folder.file()), 1).size(), 2U);
}

TEST(Legs, DifferByWhereAndHowTheyEnded) {
  const Folder folder;
  finish(folder.file());
  const StudyTables a = read_results(folder.file());
  StudyTables b = a;
  b.legs[1].value += 0.5;
  EXPECT_NE(first_difference(a, b)->find("trial 0 leg from epoch 2 value"), std::string::npos);
  b = a;
  b.legs[1].until = 3;
  EXPECT_NE(first_difference(a, b)->find("trial 0 leg from epoch 2 until: 4 and 3"), std::string::npos);
  b = a;
  b.legs.pop_back();
  EXPECT_NE(first_difference(a, b)->find("number of rows of /legs"), std::string::npos);
  b.legs.clear();
  EXPECT_FALSE(first_difference(a, b)) << "files of version 1 have none";
}

TEST(Legs, AreMerged) {
  const Folder folder;
  std::vector<MergeInput> inputs;
  for (const std::int64_t index : {0, 1}) {
    SimulatedStudy half = kStudy;
    half.shard = {index, 2};
    const std::string path = folder.file(index == 0 ? "a.h5" : "b.h5");
    const auto store = open(path, half);
    for (TrialNumber trial = index; trial < half.n_points; trial += 2) {
      store->append(pausing(half, trial));
      if (trial % 3 == 0) store->append(ending(half, trial));
    }
    store->complete(TestEvaluation{0.9, 0.3}, 0);
    inputs.push_back({path, read_results(path)});
  }
  const StudyTables whole = merge(inputs, Missing::refuse);
  expect_tables(whole, TrialState::pruned);
  write_results(folder.file(), description(kStudy), whole);
  expect_tables(read_results(folder.file()), TrialState::pruned);

  const StudyTables part = merge({inputs[0]}, Missing::allow);
  EXPECT_EQ(part.trials[2].state, TrialState::paused) << "it may go on";
  write_results(folder.file("part.h5"), description(kStudy), part);
  EXPECT_SAME(read_results(folder.file("part.h5")), part);
  EXPECT_EQ(open(folder.file("part.h5"))->progress().n_paused(), 2);
}

TEST(Legs, ThatNoTrialCanHaveAreDamage) {
  const Folder folder;
  finish(folder.file());
  const auto is_damaged_by = [&](const char* column, auto value) {
    std::filesystem::copy_file(folder.file(), folder.file("b.h5"),
                               std::filesystem::copy_options::overwrite_existing);
    h5::File file = h5::File::open_to_write(folder.file("b.h5"));
    file.root().dataset(column).write<decltype(value)>(0, std::vector{value});
    file.close();
    try {
      read_results(folder.file("b.h5"));
      return false;
    } catch (const StoreError&) {
      return true;
    }
  };
  EXPECT_TRUE(is_damaged_by("legs/trial", std::int64_t{6}));
  EXPECT_TRUE(is_damaged_by("legs/trial", std::int64_t{-1}));
  EXPECT_TRUE(is_damaged_by("legs/until", std::int64_t{0}));
  EXPECT_TRUE(is_damaged_by("legs/state", std::int8_t{1})) << "running";
  EXPECT_TRUE(is_damaged_by("legs/state", std::int8_t{6}));
  EXPECT_FALSE(is_damaged_by("legs/value", 0.5));
}

}  // namespace
}  // namespace trawl
