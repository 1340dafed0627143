#include "trawl/cluster/protocol.hpp"

#include <gtest/gtest.h>

#include "trawl/base/error.hpp"

namespace trawl {
namespace {

TEST(Protocol, ReportsArriveAsTheyWereSent) {
  Report sent;
  EpochRecord record;
  record.epoch = 3;
  record.values = {0.25, 0.875};
  TrialOutcome outcome;
  outcome.objective = 0.5;
  outcome.weights = {{"output", "weights", {2, 1}, {1.5F, -2.5F}}};
  sent.news = {EpochsReported{7, 2, {record}}, LegDone{7, 2, outcome}, LegFailed{8, 1, "crashed"}};
  sent.wanted = 4;
  sent.busy_seconds = 1.25;

  const auto got = std::get<Report>(from_worker(to_bytes(FromWorker(sent))));
  ASSERT_EQ(got.news.size(), 3U);
  EXPECT_EQ(std::get<EpochsReported>(got.news[0]).records[0].values[1], 0.875);
  EXPECT_EQ(std::get<LegDone>(got.news[1]).outcome.weights, outcome.weights);
  EXPECT_EQ(std::get<LegFailed>(got.news[2]).reason, "crashed");
  EXPECT_EQ(got.wanted, 4);
  EXPECT_EQ(got.busy_seconds, 1.25);
}

TEST(Protocol, AssignmentsKeepTheTypesOfTheirParameters) {
  Assignment sent;
  sent.trial.number = 41;
  sent.trial.parameters = {{"dropout", 0.1},
                           {"batch_size", std::int64_t{32}},
                           {"optimizer", std::string("adam")},
                           {"flag", true},
                           {"hidden", std::vector<std::int64_t>{128, 64}},
                           {"learning_rate_schedule", Form{"constant", {}}}};
  const auto got = std::get<RunTrials>(to_worker(to_bytes(ToWorker(RunTrials{{sent}})))).assignments;
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].trial.parameters, sent.trial.parameters);
}

TEST(Protocol, EveryFlippedByteIsFound) {
  const std::string good = to_bytes(FromWorker(Hello{"node", 12, ""}));
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x40);
    EXPECT_THROW(from_worker(bad), ArchiveError) << "byte " << i;
  }
  EXPECT_THROW(from_worker(good.substr(0, good.size() - 1)), ArchiveError);
  EXPECT_THROW(from_worker(""), ArchiveError);
}

}  // namespace
}  // namespace trawl
