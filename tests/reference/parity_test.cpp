// Module nn against the numbers of generate.py: the same weights, samples and order, 20 updates.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/reference/reference_training.hpp"

namespace trawl {
namespace {

const std::string kFolder = TRAWL_SOURCE_DIR "/tests/reference/";

/// Of `distance`. Both sides round, and nothing else may differ. A value is rounded a few times an update;
/// the sums behind it have up to 320 terms, whose errors mostly cancel; where Adam and RMSProp divide a
/// small gradient by its own size, its error counts in full. With roundings of 1.1e-16 (double) and 6e-8
/// (float), 20 updates measured at most 1.6e-15 and 7.3e-7, with and without AVX. More is allowed, for the
/// other orders of addition of other processors. A mistake is far above it: Adam's epsilon taken ten
/// times too small measured 1.8e-2.
template <class Scalar>
constexpr double kTolerance = 0.0;
template <>
constexpr double kTolerance<double> = 1e-11;
template <>
constexpr double kTolerance<float> = 1e-5;

/// The largest difference, as a part of the reference's largest value.
double distance(const std::vector<double>& ours, const std::vector<double>& reference) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (ours.size() != reference.size()) return kInfinity;
  double difference = 0.0;
  double largest = 0.0;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (!std::isfinite(ours[i])) return kInfinity;
    difference = std::max(difference, std::abs(ours[i] - reference[i]));
    largest = std::max(largest, std::abs(reference[i]));
  }
  return difference / largest;
}

template <class Scalar>
void expect_arrays(const ReferenceTraining<Scalar>& training, const ReferenceFile& reference,
                   const std::string& after) {
  for (const NamedArray& array : training.arrays()) {
    EXPECT_LE(distance(array.values, reference.numbers(after + array.name)), kTolerance<Scalar>)
        << after << array.name;
  }
}

template <class Scalar>
void expect_parity(const std::string& name) {
  const ReferenceFile reference(kFolder + "cases/" + name + ".txt");
  ReferenceTraining<Scalar> training(ReferenceFile(kFolder + "samples.txt"), reference);
  const std::vector<double> losses = reference.numbers("loss");
  const std::vector<double> rates = reference.numbers("learning_rates");
  ASSERT_EQ(losses.size(), 20U);
  for (std::size_t t = 0; t < losses.size(); ++t) {
    EXPECT_DOUBLE_EQ(training.learning_rate(), rates.at(t)) << "update " << t;
    EXPECT_LE(distance({training.update()}, {losses[t]}), kTolerance<Scalar>) << "loss of update " << t;
    if (t == 0) expect_arrays(training, reference, "after_1/");
  }
  expect_arrays(training, reference, "after_20/");
  const std::vector<double> expected = reference.numbers("evaluation");
  const std::vector<double> evaluation = training.evaluate();
  EXPECT_LE(distance({evaluation[0]}, {expected.at(0)}), kTolerance<Scalar>);
  EXPECT_DOUBLE_EQ(evaluation[1], expected.at(1));
}

std::vector<std::string> case_names() {
  std::vector<std::string> found;
  for (const auto& file : std::filesystem::directory_iterator(kFolder + "cases")) {
    found.push_back(file.path().stem().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

class Parity : public testing::TestWithParam<std::string> {};

TEST_P(Parity, InDouble) { expect_parity<double>(GetParam()); }
TEST_P(Parity, InFloat) { expect_parity<float>(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Cases, Parity, testing::ValuesIn(case_names()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace trawl
