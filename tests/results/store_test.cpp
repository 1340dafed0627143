#include <chrono>
#include <fstream>
#include <functional>
#include <thread>

#include "simulated_study.hpp"
#include "trawl/h5/file.hpp"
#include "trawl/results/published_records.hpp"
#include "trawl/results/repair.hpp"
#include "trawl/results/schema.hpp"

namespace trawl::testing {
namespace {

namespace fs = std::filesystem;

void overwrite(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::trunc) << bytes;
}

bool mentions(const std::vector<MessageLogged>& messages, const std::string& text) {
  return std::any_of(messages.begin(), messages.end(),
                     [&](const MessageLogged& m) { return m.text.find(text) != std::string::npos; });
}

template <class ErrorType, class Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const ErrorType& e) {
    return e.what();
  }
  return "no error of that class";
}

#define EXPECT_MENTIONS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST(ResultsStore, KeepsEverythingThatWasReported) {
  const Folder folder;
  const SimulatedStudy study{12, 1, 4, "simulated"};
  EXPECT_EQ(study.finish(folder.file()), StudyStart::fresh);
  EXPECT_EQ(folder.names(), std::vector<std::string>{"r.h5"}) << "journal and lock go at the end";

  const StudyTables tables = read_results(folder.file());
  EXPECT_TRUE(tables.complete);
  EXPECT_EQ(tables.study, "simulated");
  EXPECT_EQ(tables.job_text, study.description().job_text);
  EXPECT_EQ(tables.identity, study.description().identity);
  ASSERT_EQ(tables.trials.size(), 12U);
  const auto columns = parameter_columns(study.description().definition.search);
  for (const TrialRow& row : tables.trials) {
    EXPECT_EQ(row.number, row.point);
    EXPECT_EQ(row.seed, trial_seed(7, row.point, 0));
    EXPECT_EQ(restored_parameters(row.parameters, columns), study.trial(row.number).parameters);
    EXPECT_EQ(row.state, SimulatedStudy::fails(row.number) ? TrialState::failed : TrialState::complete);
    EXPECT_EQ(row.error, study.outcome(row.number).error);
    EXPECT_EQ(row.host, "node2");
    EXPECT_EQ(row.rank, 1 + row.number % 3);
  }
  ASSERT_EQ(tables.epochs.size(), 48U);
  for (std::size_t i = 0; i < tables.epochs.size(); ++i) {
    const EpochRow& row = tables.epochs[i];
    ASSERT_EQ(row.trial, static_cast<std::int64_t>(i / 4));
    ASSERT_EQ(row.record.epoch, static_cast<std::int64_t>(i % 4));
    EXPECT_EQ(row.record.values[kValAccuracy],
              SimulatedStudy::record(row.trial, row.record.epoch).values[kValAccuracy]);
    EXPECT_EQ(row.record.seconds, SimulatedStudy::record(row.trial, row.record.epoch).seconds);
  }
  ASSERT_TRUE(tables.best && tables.test);
  EXPECT_EQ(tables.best->weights, study.outcome(tables.best->trial).weights);
  EXPECT_EQ(tables.scaling.offset, study.description().scaling.offset);
  EXPECT_EQ(tables.scaling.factor, study.description().scaling.factor);
  EXPECT_EQ(tables.scaling.names, study.description().scaling.names);
  EXPECT_EQ(tables.best->objective, tables.trials[static_cast<std::size_t>(tables.best->trial)].objective);
  EXPECT_EQ(tables.test->accuracy, 0.9);
  ASSERT_EQ(tables.sessions.size(), 1U);
  EXPECT_EQ(tables.sessions[0].provenance.build, "a build");
  EXPECT_EQ(tables.sessions[0].exit_code, 0);
}

TEST(ResultsStore, IsReadableFromTheStartAndWhileTrialsRun) {
  const Folder folder;
  const SimulatedStudy study;
  const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), quick());
  StudyTables tables = read_results(folder.file());
  ASSERT_EQ(tables.trials.size(), 12U);
  EXPECT_FALSE(tables.complete);
  EXPECT_EQ(tables.trials[5].state, TrialState::waiting);
  EXPECT_TRUE(std::isnan(tables.trials[5].objective));
  EXPECT_EQ(tables.trials[5].rank, -1);
  EXPECT_TRUE(tables.trials[5].parameters.empty());

  store->append({study.events(3)[0], study.events(3)[1]});
  store->append({WorkerSeen{1, "node2", 4, 1.5, 0.5, kNan},
                 MessageLogged{1.0, MessageLogged::Level::info, 3, "hello"}});
  store->close(75);
  tables = read_results(folder.file());
  EXPECT_EQ(tables.trials[3].state, TrialState::waiting) << "cut off with the run, to be started again";
  EXPECT_EQ(tables.trials[3].attempt, 1);
  EXPECT_EQ(tables.trials[3].n_epochs, 1);
  EXPECT_EQ(tables.epochs.size(), 1U);
  EXPECT_EQ(tables.sessions.at(0).exit_code, 75);
  EXPECT_EQ(tables.workers.at(0).seen.trials, 4);
  EXPECT_TRUE(mentions(tables.messages, "hello"));
}

TEST(ResultsStore, CompleteStudyIsLeftAlone) {
  const Folder folder;
  const SimulatedStudy study;
  study.finish(folder.file());
  const auto before = fs::last_write_time(folder.file());
  const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), quick());
  EXPECT_EQ(store->start(), StudyStart::already_complete);
  EXPECT_TRUE(store->progress().all_finished());
  ASSERT_TRUE(store->best());
  EXPECT_EQ(to_text(store->best()->parameters), to_text(study.trial(store->best()->trial).parameters));
  EXPECT_EQ(store->best()->parameters, study.trial(store->best()->trial).parameters)
      << "the same kinds of value";
  EXPECT_EQ(store->best()->weights, study.outcome(store->best()->trial).weights);
  EXPECT_EQ(store->test()->cross_entropy, 0.3);
  EXPECT_EQ(fs::last_write_time(folder.file()), before);
  EXPECT_EQ(folder.names(), std::vector<std::string>{"r.h5"});
}

TEST(ResultsStore, FinishedButUnpublishedStudyNeedsOnlyComplete) {
  const Folder folder;
  const SimulatedStudy study;
  const StudyTables expected = study.undisturbed(folder);
  study.run(*ResultsStore::open(folder.file(), study.description(), provenance(), quick()), [] {});
  const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), quick());
  EXPECT_EQ(store->start(), StudyStart::resumed);
  EXPECT_TRUE(store->progress().all_finished());
  store->complete(TestEvaluation{0.9, 0.3}, 0);
  EXPECT_SAME(read_results(folder.file()), expected);
}

TEST(ResultsStore, LargerStudyExtendsACompleteOne) {
  const Folder folder;
  SimulatedStudy study;
  study.finish(folder.file());
  study.n_points = 20;
  {
    const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), quick());
    EXPECT_EQ(store->start(), StudyStart::extended);
    EXPECT_EQ(store->progress().n_finished(), 12);
    EXPECT_EQ(store->progress().n_trials(), 20);
  }  // as if killed: the extension resumes
  EXPECT_EQ(study.finish(folder.file()), StudyStart::resumed);
  EXPECT_SAME(read_results(folder.file()), study.undisturbed(folder));
  EXPECT_EQ(read_results(folder.file()).sessions.size(), 3U) << "the first run's provenance is kept";
}

TEST(ResultsStore, SmallerOrOtherStudyIsRefusedAndNothingTouched) {
  const Folder folder;
  SimulatedStudy study;
  study.finish(folder.file());
  const auto before = fs::last_write_time(folder.file());
  study.n_points = 5;
  EXPECT_MENTIONS(error_of<StudyMismatchError>([&] { study.finish(folder.file()); }),
                  "holds 12 trials and the job asks for 5");
  study = {12, 1, 6, "simulated"};
  const std::string text = error_of<StudyMismatchError>([&] { study.finish(folder.file()); });
  EXPECT_MENTIONS(text, "there:  training.epochs: 4");
  EXPECT_MENTIONS(text, "wanted: training.epochs: 6");
  EXPECT_EQ(text.find("seed"), std::string::npos) << "only what differs";
  EXPECT_EQ(fs::last_write_time(folder.file()), before);
  EXPECT_EQ(folder.names(), std::vector<std::string>{"r.h5"});
}

TEST(ResultsStore, FilesOfOthersAreRefused) {
  const Folder folder;
  overwrite(folder.file(), "my thesis");
  ::testing::internal::CaptureStderr();
  EXPECT_MENTIONS(error_of<StudyMismatchError>([&] { SimulatedStudy().finish(folder.file()); }),
                  "is not an HDF5 file");
  EXPECT_MENTIONS(error_of<StudyMismatchError>([&] { read_results(folder.file()); }), "is not an HDF5 file");
  EXPECT_MENTIONS(error_of<StoreError>([&] { read_results(folder.file("no.h5")); }),
                  "there is no results file");
  EXPECT_MENTIONS(error_of<StoreError>([&] { SimulatedStudy().finish("/no/such/folder/r.h5"); }),
                  "does its folder exist?");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  std::string kept;
  std::getline(std::ifstream(folder.file()), kept);
  EXPECT_EQ(kept, "my thesis");
}

TEST(ResultsStore, RepeatsThatDoNotFitTheTrialsAreDamage) {
  const Folder folder;
  SimulatedStudy().finish(folder.file());
  const std::int64_t n_trials = std::ssize(read_results(folder.file()).trials);
  for (const std::int64_t repeats : {std::int64_t{0}, std::int64_t{-1}, n_trials + 1}) {
    h5::File file = h5::File::open_to_write(folder.file());
    file.root().set_attribute(schema::root::kRepeats, repeats);
    file.close();
    EXPECT_MENTIONS(error_of<StoreError>([&] { read_results(folder.file()); }), "is damaged");
  }
}

TEST(ResultsStore, DamagedFileWithoutJournalIsAnError) {
  const Folder folder;
  SimulatedStudy().finish(folder.file());
  fs::resize_file(folder.file(), fs::file_size(folder.file()) / 2);
  ::testing::internal::CaptureStderr();
  EXPECT_MENTIONS(error_of<StoreError>([&] { SimulatedStudy().finish(folder.file()); }), "is damaged");
  EXPECT_MENTIONS(error_of<StoreError>([&] { read_results(folder.file()); }), "trawl repair");
  EXPECT_THROW(repair(folder.file()), StoreError);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "") << "no error stacks of the HDF5 library";
}

TEST(ResultsStore, FlippedByteIsFoundOrWithoutEffect) {
  const Folder folder;
  const SimulatedStudy study{500, 1, 4, "simulated"};
  study.finish(folder.file("whole.h5"));
  const StudyTables expected = read_results(folder.file("whole.h5"));
  int found = 0;
  // From where the columns' data begin; what stands before is the library's own bookkeeping.
  const auto size = static_cast<std::streamoff>(fs::file_size(folder.file("whole.h5")));
  for (std::streamoff place = size / 3; place < size; place += size / 50) {
    fs::copy_file(folder.file("whole.h5"), folder.file(), fs::copy_options::overwrite_existing);
    std::fstream file(folder.file(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(place);
    const int old = file.get();
    file.seekp(place);
    file.put(static_cast<char>(old ^ 0x10));
    file.close();
    try {
      EXPECT_SAME(read_results(folder.file()), expected);
    } catch (const StoreError&) {
      ++found;
    }
  }
  EXPECT_GT(found, 10);
}

TEST(ResultsStore, SecondRunIsKeptOut) {
  const Folder folder;
  const SimulatedStudy study;
  const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), quick());
  const std::string text = error_of<StoreError>([&] { study.finish(folder.file()); });
  EXPECT_MENTIONS(text, "another run writes");
  EXPECT_MENTIONS(text, fmt::format("pid {}", getpid()));
  EXPECT_THROW(repair(folder.file()), StoreError);
}

TEST(ResultsStore, StopsWhenAnotherRunHasTakenOver) {
  const Folder folder;
  const SimulatedStudy study;
  const StudyTables expected = study.undisturbed(folder);
  const auto first = ResultsStore::open(folder.file(), study.description(), provenance(), quick());
  for (TrialEvent& event : study.events(0)) first->append({std::move(event)});
  fs::remove(folder.file() + ".lock");  // as on a file system without locks
  const auto second = ResultsStore::open(folder.file(), study.description(), provenance(), quick());
  EXPECT_EQ(second->progress().n_finished(), 1);
  std::this_thread::sleep_for(std::chrono::milliseconds(25));
  EXPECT_MENTIONS(error_of<StoreError>([&] { first->append({study.events(1)[0]}); }),
                  "another run has taken over");
  study.run(*second, [] {});
  second->complete(TestEvaluation{0.9, 0.3}, 0);
  std::this_thread::sleep_for(
      std::chrono::milliseconds(50));  // the first one's publisher leaves the file alone too
  EXPECT_TRUE(read_results(folder.file()).complete);
  EXPECT_SAME(read_results(folder.file()), expected);
}

TEST(ResultsStore, RepeatedEpochsCountOnceAndOtherOnesReplaceThem) {
  const Folder folder;
  const SimulatedStudy study;
  StudyTables expected = study.undisturbed(folder);
  {
    const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), quick());
    store->append(
        {study.events(0)[0], study.events(0)[1], study.events(0)[2], study.events(1)[0], study.events(1)[1]});
    EpochRecord other = SimulatedStudy::record(2, 1);
    other.values[kValLoss] += 1.0;
    EpochRecord beyond = SimulatedStudy::record(2, 4);
    store->append({study.events(2)[0], study.events(2)[1]});
    store->append(
        {EpochsReported{2, 1, {other, SimulatedStudy::record(2, 2), SimulatedStudy::record(2, 3), beyond}}});
    store->append({AttemptFailed{2, 1, 5.0, "signal 11 (SIGSEGV)"}});
    store->append({TrialStarted{study.trial(2), 2, 1, "node2", 6.0}});
    EpochRecord slower = SimulatedStudy::record(2, 0);
    slower.seconds = 99.0;
    store->append({EpochsReported{2, 2, {slower}}});
    store->close(75);
  }
  StudyTables tables = read_results(folder.file());
  EXPECT_EQ(tables.trials[2].n_epochs, 5);
  EXPECT_EQ(tables.epochs.size(), 2U + 1U + 5U);
  study.finish(folder.file());
  tables = read_results(folder.file());
  EXPECT_SAME(tables, expected);
  EXPECT_EQ(tables.trials[2].attempt, 3);
  EXPECT_EQ(tables.epochs[8].record.seconds, SimulatedStudy::record(2, 0).seconds)
      << "the first report counts";
  EXPECT_TRUE(mentions(tables.messages, "attempt 3 differs from an earlier one from epoch 1 on"));
  EXPECT_TRUE(mentions(tables.messages, "attempt 1 failed: signal 11"));
}

TEST(ResultsStore, FirstRepeatOfTheBestPointKeepsItsWeightsOverAResume) {
  const Folder folder;
  const SimulatedStudy study{9, 3, 2, "simulated"};
  const StudyTables expected = study.undisturbed(folder);
  ASSERT_TRUE(expected.best);
  EXPECT_EQ(expected.best->trial % 3, 0);
  EXPECT_EQ(expected.best->weights, study.outcome(expected.best->trial).weights);
  {
    const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), quick());
    for (TrialEvent& event : study.events(expected.best->trial)) store->append({std::move(event)});
  }
  study.finish(folder.file());
  EXPECT_SAME(read_results(folder.file()), expected);
}

TEST(ResultsStore, RepairRebuildsWithoutRunning) {
  const Folder folder;
  const SimulatedStudy study;
  {
    const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), quick());
    for (TrialEvent& event : study.events(0)) store->append({std::move(event)});
    store->close(75);
  }
  overwrite(folder.file(), "garbage");
  ::testing::internal::CaptureStderr();
  const RepairReport report = repair(folder.file());
  ::testing::internal::GetCapturedStderr();
  EXPECT_TRUE(report.rebuilt);
  EXPECT_EQ(report.n_trials, 12);
  EXPECT_EQ(report.n_finished, 1);
  EXPECT_EQ(report.n_epochs, 4);
  EXPECT_EQ(report.set_aside, folder.file() + ".foreign");
  EXPECT_EQ(study.finish(folder.file()), StudyStart::resumed);
  EXPECT_SAME(read_results(folder.file()), study.undisturbed(folder));
  EXPECT_FALSE(repair(folder.file()).rebuilt) << "nothing to do";
}

TEST(ResultsStore, UnfinishedFileWhoseJournalIsLostGoesOn) {
  const Folder folder;
  const SimulatedStudy study;
  {
    const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), quick());
    for (const TrialNumber n : {0, 1, 2}) {
      for (TrialEvent& event : study.events(n)) store->append({std::move(event)});
    }
    for (const std::int64_t attempt : {1, 2, 3})
      store->append({study.events(3, attempt)[0], study.events(3, attempt)[1]});
    store->close(75);
  }
  fs::remove(folder.file() + ".journal.000");
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(study.finish(folder.file()), StudyStart::resumed);
  EXPECT_MENTIONS(::testing::internal::GetCapturedStderr(), "has no journal: going on from what it held");
  EXPECT_SAME(read_results(folder.file()), study.undisturbed(folder));
  EXPECT_EQ(read_results(folder.file()).trials[3].attempt, 4) << "attempts are counted on";
}

TEST(ResultsStore, FileIsRebuiltWhateverHappensToIt) {
  const Folder folder;
  const SimulatedStudy study;
  const StudyTables expected = study.undisturbed(folder);
  const std::vector<std::function<void()>> accidents = {
      [&] { fs::remove(folder.file()); },
      [&] { overwrite(folder.file(), "garbage"); },
      [&] { overwrite(folder.file(), ""); },
      [&] { fs::resize_file(folder.file(), fs::file_size(folder.file()) / 2); },
  };
  for (const bool while_it_runs : {true, false}) {
    for (std::size_t i = 0; i < accidents.size(); ++i) {
      auto store = ResultsStore::open(folder.file(), study.description(), provenance(), quick());
      for (TrialEvent& event : study.events(0)) store->append({std::move(event)});
      ::testing::internal::CaptureStderr();
      if (while_it_runs) {
        accidents[i]();
      } else {
        store.reset();
        accidents[i]();
        store = ResultsStore::open(folder.file(), study.description(), provenance(), quick());
      }
      for (TrialNumber n = 1; n < study.n_points; ++n) {
        for (TrialEvent& event : study.events(n)) store->append({std::move(event)});
      }
      store->complete(TestEvaluation{0.9, 0.3}, 0);
      const std::string said = ::testing::internal::GetCapturedStderr();
      EXPECT_EQ(said.find("HDF5-DIAG"), std::string::npos);
      EXPECT_SAME(read_results(folder.file()), expected);
      const bool was_aside = i == 1 || i == 3;
      const bool is_aside = fs::exists(folder.file() + ".foreign");
      // A version that is being written at that moment takes the damaged file's place.
      const bool was_replaced = while_it_runs && !is_aside;
      EXPECT_TRUE(is_aside == was_aside || was_replaced) << i << said;
      for (const std::string& name : folder.names()) fs::remove(fs::path(folder.path()) / name);
    }
  }
}

}  // namespace
}  // namespace trawl::testing
