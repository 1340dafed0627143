#include <string>

#include <gtest/gtest.h>

#include "tests/train/metric_places.hpp"
#include "trawl/results/read_results.hpp"

namespace trawl {
namespace {

// The file was written by the first version of the format and stays as it is: whatever the
// program becomes, it reads what people have. Made by `trawl run tests/results/data/schema-1.yaml`.
TEST(Schema, AFileOfVersionOneStaysReadable) {
  const StudyTables study = read_results(std::string(TRAWL_SOURCE_DIR) + "/tests/results/data/schema-1.h5");
  EXPECT_EQ(study.study, "schema-1");
  EXPECT_TRUE(study.complete);
  EXPECT_TRUE(study.shard.is_whole()) << "a file from before there were shards";
  ASSERT_EQ(study.trials.size(), 3U);
  EXPECT_EQ(study.trials[1].state, TrialState::complete);
  EXPECT_DOUBLE_EQ(study.trials[2].objective, 0.275);
  EXPECT_EQ(to_text(study.trials[2].parameters).substr(0, 29), "optimizer=adam batch_size=11 ");
  ASSERT_EQ(study.epochs.size(), 6U);
  EXPECT_EQ(study.epochs[5].trial, 2);
  EXPECT_NEAR(study.epochs[5].record.values[kValLoss], 2.12816, 1e-5);
  ASSERT_TRUE(study.best);
  EXPECT_EQ(study.best->trial, 2);
  ASSERT_EQ(study.best->weights.size(), 4U);
  EXPECT_EQ(study.best->weights[0].shape, (std::vector<std::int64_t>{784, 3}));
  ASSERT_TRUE(study.test);
  EXPECT_NEAR(study.test->accuracy, 0.2, 1e-12);
  EXPECT_EQ(study.sessions.size(), 1U);
  EXPECT_NE(study.space.find("\"learning_rate\""), std::string::npos);
}

}  // namespace
}  // namespace trawl
