#include "trawl/nn/dropout.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace trawl {
namespace {

constexpr std::int64_t kManyOutputs = 100003;  // more than one block, and no multiple of one

RandomStream stream_of(std::uint64_t seed) { return RandomStream(StreamKey(seed).with("dropout").with(0)); }

TEST(Dropout, ZeroesTheRateAndScalesTheRest) {
  for (const double rate : {0.1, 0.5, 0.9}) {
    std::vector<double> outputs(kManyOutputs, 3.0);
    std::vector<double> slopes(kManyOutputs, 1.0);
    RandomStream stream = stream_of(1);
    apply_dropout(rate, stream, kManyOutputs, outputs.data(), slopes.data());
    const auto zeros = static_cast<double>(std::count(outputs.begin(), outputs.end(), 0.0));
    EXPECT_NEAR(zeros / kManyOutputs, rate, 0.008) << "five deviations of 0.5 / √100003";
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      ASSERT_TRUE(outputs[i] == 0.0 || outputs[i] == 3.0 * (1.0 / (1.0 - rate)));
      ASSERT_EQ(slopes[i] * 3.0, outputs[i]) << "the same mask";
    }
  }
}

TEST(Dropout, RateZeroChangesNothingAndDrawsNothing) {
  std::vector<float> outputs(100, 3.0F);
  std::vector<float> slopes(100, 1.0F);
  RandomStream stream = stream_of(1);
  apply_dropout(0.0, stream, 100, outputs.data(), slopes.data());
  EXPECT_EQ(outputs, std::vector<float>(100, 3.0F));
  EXPECT_EQ(stream.bits32(), stream_of(1).bits32());
}

TEST(Dropout, TheMaskIsTheStreamsWordByWord) {
  // Whatever blocks the words are drawn in: output i is kept where word i is large.
  constexpr double kRate = 0.3;
  std::vector<float> outputs(1500, 1.0F);
  std::vector<float> slopes(1500, 1.0F);
  RandomStream stream = stream_of(2);
  apply_dropout(kRate, stream, 7, outputs.data(), slopes.data());
  apply_dropout(kRate, stream, 1493, outputs.data() + 7, slopes.data() + 7);
  RandomStream words = stream_of(2);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    ASSERT_EQ(outputs[i] > 0.0F, words.bits32() >= kRate * 0x1p32) << "output " << i;
  }
}

}  // namespace
}  // namespace trawl
