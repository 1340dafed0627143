#include <gtest/gtest.h>

#include "simulated_study.hpp"
#include "tests/train/metric_places.hpp"

namespace trawl::testing {
namespace {

// On another kind of CPU the retry gives other numbers: what the lost worker reports late cannot go on from
// them.
TEST(LateResult, LeavesNoHoleInACurve) {
  const Folder folder;
  const SimulatedStudy study;
  const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), quick());
  EpochRecord other = SimulatedStudy::record(2, 0);
  other.values[kTrainLoss] += 1.0;
  const auto epochs = [](std::int64_t attempt, std::vector<EpochRecord> records) {
    return EpochsReported{2, attempt, std::move(records)};
  };
  store->append(
      {study.events(2)[0], epochs(1, {SimulatedStudy::record(2, 0), SimulatedStudy::record(2, 1)})});
  store->append({AttemptFailed{2, 1, 5.0, "its worker is lost"}});
  store->append({TrialStarted{study.trial(2), 2, 3, "node2", 6.0}, epochs(2, {other})});
  store->append({epochs(1, {SimulatedStudy::record(2, 2), SimulatedStudy::record(2, 3)}),
                 TrialFinished{2, 1, 7.0, study.outcome(2)}});
  for (TrialNumber n = 0; n < study.n_points; ++n) {
    if (n != 2) store->append(study.events(n));
  }
  store->complete(TestEvaluation{0.9, 0.3}, 0);
  const StudyTables tables = read_results(folder.file());
  EXPECT_EQ(tables.trials[2].n_epochs, 1);
  EXPECT_TRUE(tables.complete);
}

TEST(LateResult, OfALostWorkerBringsItsWholeCurve) {
  const Folder folder;
  const SimulatedStudy study;
  const StudyTables expected = study.undisturbed(folder);
  const auto epochs = [](std::int64_t attempt, std::vector<std::int64_t> numbers) {
    EpochsReported reported{2, attempt, {}};
    for (const std::int64_t number : numbers) reported.records.push_back(SimulatedStudy::record(2, number));
    return reported;
  };
  {
    const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), quick());
    store->append({study.events(2)[0], epochs(1, {0, 1}), AttemptFailed{2, 1, 5.0, "its worker is lost"}});
    store->append({TrialStarted{study.trial(2), 2, 3, "node2", 6.0}, epochs(2, {0})});
    store->append({epochs(1, {2, 3}), TrialFinished{2, 1, 7.0, study.outcome(2)}});
    store->close(75);
  }
  const StudyTables tables = read_results(folder.file());
  EXPECT_EQ(tables.trials[2].state, TrialState::complete);
  EXPECT_EQ(tables.trials[2].n_epochs, 4);
  EXPECT_EQ(tables.trials[2].attempt, 2) << "so often it was started";
  for (const MessageLogged& message : tables.messages) {
    EXPECT_EQ(message.text.find("differs"), std::string::npos) << message.text;
  }
  study.finish(folder.file());
  EXPECT_SAME(read_results(folder.file()), expected);
}

}  // namespace
}  // namespace trawl::testing
