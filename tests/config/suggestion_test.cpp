#include "trawl/config/suggestion.hpp"

#include <gtest/gtest.h>

namespace trawl {
namespace {

const std::vector<std::string> kWords = {"epochs", "learning_rate", "l2", "batch_size", "adam"};

TEST(Nearest, FindsWhatWasMeant) {
  EXPECT_EQ(nearest("epoch", kWords), "epochs");
  EXPECT_EQ(nearest("leraning_rate", kWords), "learning_rate");
  EXPECT_EQ(nearest("batchsize", kWords), "batch_size");
  EXPECT_EQ(nearest("Adam", kWords), "adam");
}

TEST(Nearest, KnowsOtherProgramsWords) {
  EXPECT_EQ(nearest("lr", kWords), "learning_rate");
  EXPECT_EQ(nearest("weight_decay", kWords), "l2");
}

TEST(Nearest, SaysNothingRatherThanAnything) {
  EXPECT_EQ(nearest("patience", kWords), "");
  EXPECT_EQ(nearest("x", kWords), "");
  EXPECT_EQ(nearest("", kWords), "");
  EXPECT_EQ(did_you_mean("patience", kWords), "");
  EXPECT_EQ(did_you_mean("epoch", kWords), "; did you mean epochs?");
}

}  // namespace
}  // namespace trawl
