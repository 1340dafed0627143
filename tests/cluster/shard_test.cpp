#include <gtest/gtest.h>

#include "fixtures.hpp"

namespace trawl {
namespace {

using namespace testing;

StudyProgress progress_of(const StudyDefinition& study, Shard shard) {
  return {study.n_trials(), study.search.repeats, study.objective.direction, shard};
}

/// What a worker that trains one trial after another is given, until it is told to stop.
std::vector<TrialNumber> trials_given(Master& master) {
  master.on_message(1, Hello{"host", 1, ""}, 0.0);
  std::vector<TrialNumber> given;
  std::vector<TrialNews> news;
  for (;;) {
    const Decision decision = master.on_message(1, report(std::move(news), 1), 1.0);
    news.clear();
    if (is_stop(decision)) return given;
    const std::vector<Assignment> assigned = assignments(decision);
    EXPECT_EQ(assigned.size(), 1U) << "neither a trial nor a stop";
    if (assigned.empty()) return given;
    given.push_back(assigned[0].trial.number);
    news.emplace_back(done(given.back(), 0.5, assigned[0].attempt));
  }
}

TEST(MasterOfAShard, HandsOutItsOwnPointsWithAllTheirRepeats) {
  const StudyDefinition study = make_study(5, 2);
  const IndexSampler sampler(5);
  const std::vector<std::vector<TrialNumber>> expected = {{0, 1, 6, 7}, {2, 3, 8, 9}, {4, 5}};
  for (std::int64_t index = 0; index < 3; ++index) {
    Master master(study, sampler, progress_of(study, {index, 3}));
    EXPECT_EQ(trials_given(master), expected[static_cast<std::size_t>(index)]);
    EXPECT_TRUE(master.progress().all_finished());
    EXPECT_EQ(master.progress().n_in_shard(), master.progress().n_finished());
  }
}

TEST(MasterOfAShard, CarriesOnWithWhatIsLeftOfIt) {
  const StudyDefinition study = make_study(9);
  const IndexSampler sampler(9);
  StudyProgress progress = progress_of(study, {1, 4});
  TrialFinished finished;
  finished.trial = 1;
  finished.outcome.objective = 0.9;
  progress.apply(finished);
  EXPECT_EQ(progress.n_unfinished(), 1);
  Master master(study, sampler, progress);
  EXPECT_EQ(trials_given(master), std::vector<TrialNumber>{5});
  EXPECT_EQ(master.progress().ranking().best()->trial, 1);
}

TEST(MasterOfAShard, WithoutAPointHasNothingToDo) {
  const StudyDefinition study = make_study(2);
  const IndexSampler sampler(2);
  Master master(study, sampler, progress_of(study, {3, 4}));
  EXPECT_TRUE(trials_given(master).empty());
}

TEST(MasterOfAShard, SharesItsOwnTailAmongItsWorkers) {
  const StudyDefinition study = make_study(40);
  const IndexSampler sampler(40);
  Master master(study, sampler, progress_of(study, {0, 10}));
  for (int rank = 1; rank <= 2; ++rank) master.on_message(rank, Hello{"host", rank, ""}, 0.0);
  EXPECT_EQ(assignments(master.on_message(1, report({}, 8), 1.0)).size(), 1U) << "four are left, not forty";
}

TEST(MasterOfAShard, ATrialOfAnotherShardIsOurFault) {
  StudyProgress progress = progress_of(make_study(4), {1, 2});
  TrialFinished finished;
  finished.trial = 2;
  EXPECT_THROW(progress.apply(finished), std::logic_error);
}

}  // namespace
}  // namespace trawl
