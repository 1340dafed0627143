#include "trawl/data/synthetic_digits.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "trawl/data/content_hash.hpp"

namespace trawl {
namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr std::size_t kPixels = 784;  // 28 x 28

const Bytes& pixels_of(const Table& table) { return std::get<Bytes>(table.features); }

TEST(SyntheticDigitsTest, ARowDependsOnSeedAndNumberAlone) {
  const Table few = draw_train_digits(10, 3);
  const Table many = draw_train_digits(50, 3);
  ASSERT_EQ(many.rows, 50);
  EXPECT_EQ(many.columns, 784);
  EXPECT_TRUE(std::equal(few.labels.begin(), few.labels.end(), many.labels.begin()));
  EXPECT_TRUE(std::equal(pixels_of(few).begin(), pixels_of(few).end(), pixels_of(many).begin()));
}

TEST(SyntheticDigitsTest, EveryBuildDrawsTheSame) {
  const Table table = draw_train_digits(200, 1);
  ContentHash hash;
  hash.add(pixels_of(table).data(), pixels_of(table).size());
  hash.add(table.labels.data(), table.labels.size() * sizeof table.labels[0]);
  EXPECT_EQ(hash.value(), 0xbe5a22989923c90aU) << fmt::format("{:#x}", hash.value());
}

TEST(SyntheticDigitsTest, SeedsAndPartsDrawOtherDigits) {
  const Table train = draw_train_digits(20, 3);
  EXPECT_NE(pixels_of(train), pixels_of(draw_train_digits(20, 4)));
  EXPECT_NE(pixels_of(train), pixels_of(draw_test_digits(20, 3)));
}

TEST(SyntheticDigitsTest, EveryDigitIsAboutAsFrequent) {
  const Table table = draw_train_digits(2000, 1);
  std::array<int, 10> counts{};
  for (const std::int32_t label : table.labels) ++counts.at(static_cast<std::size_t>(label));
  // Binomial: 200 expected, deviation 13.4; five deviations.
  EXPECT_GT(*std::min_element(counts.begin(), counts.end()), 200 - 67);
  EXPECT_LT(*std::max_element(counts.begin(), counts.end()), 200 + 67);
}

TEST(SyntheticDigitsTest, EveryImageHasInkAndMostlyBackground) {
  const Table table = draw_train_digits(500, 1);
  for (std::size_t row = 0; row < 500; ++row) {
    const auto first = pixels_of(table).begin() + static_cast<std::ptrdiff_t>(row * kPixels);
    const auto last = first + kPixels;
    const auto inked = std::count_if(first, last, [](std::uint8_t p) { return p > 110; });
    EXPECT_GE(inked, 10) << row;
    EXPECT_LE(inked, 260) << row;
  }
}

using Images = std::array<std::array<double, kPixels>, 10>;

Images mean_images(const Table& table) {
  Images means{};
  std::array<double, 10> counts{};
  for (std::size_t row = 0; row < table.labels.size(); ++row) {
    const auto digit = static_cast<std::size_t>(table.labels[row]);
    counts[digit] += 1.0;
    for (std::size_t i = 0; i < kPixels; ++i) means[digit][i] += pixels_of(table)[row * kPixels + i];
  }
  for (std::size_t d = 0; d < means.size(); ++d) {
    for (double& pixel : means[d]) pixel /= counts[d];
  }
  return means;
}

std::size_t nearest(const Images& means, const std::uint8_t* image) {
  std::array<double, 10> distances{};
  for (std::size_t d = 0; d < means.size(); ++d) {
    for (std::size_t i = 0; i < kPixels; ++i) {
      distances[d] += (image[i] - means[d][i]) * (image[i] - means[d][i]);
    }
  }
  return static_cast<std::size_t>(std::min_element(distances.begin(), distances.end()) - distances.begin());
}

TEST(SyntheticDigitsTest, ImagesLookLikeTheirLabelsButNotTooMuch) {
  const Images means = mean_images(draw_train_digits(2000, 1));
  const Table test = draw_test_digits(1000, 1);
  int right = 0;
  for (std::size_t row = 0; row < 1000; ++row) {
    const std::size_t digit = nearest(means, &pixels_of(test)[row * kPixels]);
    right += digit == static_cast<std::size_t>(test.labels[row]) ? 1 : 0;
  }
  RecordProperty("right_of_1000", right);
  // The nearest mean image is the simplest classifier there is: far above chance (100), and
  // far from enough.
  EXPECT_GT(right, 400);
  EXPECT_LT(right, 850);
}

}  // namespace
}  // namespace trawl
