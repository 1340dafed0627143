#include <gtest/gtest.h>

#include "simulated_study.hpp"
#include "trawl/results/repair.hpp"

// Failed trials that wait again, and studies that began under an older rule.

namespace trawl {
namespace {

using namespace trawl::testing;

StoreOptions retrying() {
  StoreOptions options = quick();
  options.retry_failed = true;
  return options;
}

std::unique_ptr<ResultsStore> open(const Folder& folder, const SimulatedStudy& study,
                                   const StoreOptions& options) {
  return ResultsStore::open(folder.file(), study.description(), provenance(), options);
}

std::int64_t n_failed(const StudyTables& tables) {
  return std::count_if(tables.trials.begin(), tables.trials.end(),
                       [](const TrialRow& row) { return row.state == TrialState::failed; });
}

SimulatedStudy mended(SimulatedStudy study) {
  study.never_fails = true;
  return study;
}

class Retry : public ::testing::TestWithParam<std::int64_t> {};

TEST_P(Retry, OfACompleteFileIsAsIfNothingHadFailed) {
  const Folder folder;
  const SimulatedStudy study{21, GetParam()};
  study.finish(folder.file());
  ASSERT_GT(n_failed(read_results(folder.file())), 0);
  {
    const auto store = open(folder, study, retrying());
    EXPECT_EQ(store->start(), StudyStart::resumed);
    EXPECT_EQ(store->n_retried(), 3 * GetParam());
    EXPECT_EQ(store->progress().n_failed(), 0);
    EXPECT_FALSE(store->progress().all_finished());
  }  // as if killed: those that wait go on without the flag
  EXPECT_EQ(mended(study).finish(folder.file()), StudyStart::resumed);
  EXPECT_SAME(read_results(folder.file()), mended(study).undisturbed(folder));
}

TEST_P(Retry, OfAStudyThatRunsIsSeenWhileItGoesOn) {
  const Folder folder;
  const SimulatedStudy study{21, GetParam()};
  study.run(*open(folder, study, quick()), [] {});
  {
    const auto store = open(folder, study, retrying());
    store->append({MessageLogged{0.0, MessageLogged::Level::info, -1, "hello"}});
    store->close(75);
    const StudyTables tables = read_results(folder.file());
    EXPECT_EQ(n_failed(tables), 0);
    const TrialRow& row = tables.trials[6];
    EXPECT_EQ(row.state, TrialState::waiting);
    EXPECT_EQ(row.error, "");
    EXPECT_TRUE(std::isnan(row.finished_at));
    EXPECT_EQ(std::count_if(tables.messages.begin(), tables.messages.end(),
                            [](const MessageLogged& message) {
                              return message.text.find("had failed: train_loss") != std::string::npos;
                            }),
              3 * GetParam());
  }
  mended(study).finish(folder.file());
  EXPECT_SAME(read_results(folder.file()), mended(study).undisturbed(folder));
}

TEST_P(Retry, ThatFailsAgainFailsOnce) {
  const Folder folder;
  const SimulatedStudy study{21, GetParam()};
  const StudyTables expected = study.undisturbed(folder);
  study.finish(folder.file());
  {
    const auto store = open(folder, study, retrying());
    study.run(*store, [] {});
    store->complete(TestEvaluation{0.9, 0.3}, 3);
  }
  EXPECT_SAME(read_results(folder.file()), expected);
  EXPECT_EQ(n_failed(read_results(folder.file())), 3 * GetParam());
  study.run(*open(folder, study, retrying()), [] {});
  repair(folder.file());  // all from the journal
  EXPECT_SAME(read_results(folder.file()), expected);
}

INSTANTIATE_TEST_SUITE_P(Repeats, Retry, ::testing::Values(1, 3));

TEST(RetryFailed, LeavesAStudyWithoutFailuresAlone) {
  const Folder folder;
  const SimulatedStudy study = mended({});
  study.finish(folder.file());
  const auto store = open(folder, study, retrying());
  EXPECT_EQ(store->start(), StudyStart::already_complete);
  EXPECT_EQ(store->n_retried(), 0);
}

struct OlderRule : ::testing::Test {
  OlderRule() : description(study.description()) {
    description.older_identity = description.identity;
    description.identity += "\nrule: new";
    description.refusal = "not like this";
  }
  auto open(const StudyDescription& wanted) const {
    return ResultsStore::open(folder.file(), wanted, provenance(), quick());
  }
  Folder folder;
  SimulatedStudy study;
  StudyDescription description;
};

TEST_F(OlderRule, GoesOnFromItsFileAndFromItsJournal) {
  study.finish(folder.file());
  description.definition.search.n_points = 20;
  for (const StudyStart start : {StudyStart::extended, StudyStart::resumed}) {
    const auto store = open(description);
    EXPECT_EQ(store->start(), start);
    EXPECT_EQ(store->identity(), description.older_identity);
  }
  study.n_points = 20;
  study.finish(folder.file());
  EXPECT_EQ(read_results(folder.file()).identity, description.older_identity);
}

TEST_F(OlderRule, DoesNotAllowANewStudyOrOneOfTheNewRule) {
  EXPECT_THROW(open(description), ConfigError);
  EXPECT_FALSE(std::filesystem::exists(folder.file()));
  description.refusal.clear();
  { EXPECT_EQ(open(description)->identity(), description.identity); }
  description.refusal = "not like this";
  EXPECT_THROW(open(description), ConfigError);
}

// As a study whose points all depend on how many there are.
TEST(FixedNumberOfTrials, IsRefusedWithItsReasonWhateverItHolds) {
  const Folder folder;
  SimulatedStudy study = mended({});
  const auto described = [&](std::int64_t n_points) {
    study.n_points = n_points;
    StudyDescription description = study.description();
    description.identity = fmt::format("study: fixed\nsearch.n_trials: {}\ndata_hash: 0", n_points);
    description.no_growth = "its points depend on it";
    return description;
  };
  const auto open_with = [&](const StudyDescription& description) {
    return ResultsStore::open(folder.file(), description, provenance(), quick());
  };
  const auto refused = [&](const StudyDescription& description) -> std::string {
    try {
      open_with(description);
    } catch (const StudyMismatchError& e) {
      return e.what();
    }
    return "";
  };
  open_with(described(8));  // a journal is left
  for (const std::int64_t n_points : {4, 16}) {
    const std::string text = refused(described(n_points));
    EXPECT_NE(
        text.find(fmt::format("holds 8 trials and the job asks for {}: its points depend on it", n_points)),
        std::string::npos)
        << text;
  }
  StudyDescription other = described(16);
  other.identity += "\nsearch.seed: 8";
  EXPECT_NE(refused(other).find("holds another study"), std::string::npos);
  EXPECT_EQ(open_with(described(8))->start(), StudyStart::resumed);
}

}  // namespace
}  // namespace trawl
