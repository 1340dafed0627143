#include "trawl/study/parameter.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace trawl {
namespace {

TEST(ToText, ValuesReadAsInAJobFile) {
  EXPECT_EQ(to_text(ParameterValue(0.1)), "0.1");
  EXPECT_EQ(to_text(ParameterValue(0.0001)), "0.0001");
  EXPECT_EQ(to_text(ParameterValue(1e-7)), "1e-07");
  EXPECT_EQ(to_text(ParameterValue(1.0 / 3)), "0.3333333333333333");
  EXPECT_EQ(to_text(ParameterValue(std::int64_t{32})), "32");
  EXPECT_EQ(to_text(ParameterValue(true)), "true");
  EXPECT_EQ(to_text(ParameterValue(false)), "false");
  EXPECT_EQ(to_text(ParameterValue(std::string("adam"))), "adam");
  EXPECT_EQ(to_text(ParameterValue(std::vector<std::int64_t>{128, 64})), "[128, 64]");
  EXPECT_EQ(to_text(ParameterValue(std::vector<std::int64_t>{})), "[]");
  EXPECT_EQ(to_text(ParameterValue(std::vector<double>{0.2, 0.0})), "[0.2, 0.0]");
  EXPECT_EQ(to_text(ParameterValue(std::vector<std::string>{"hidden_0", "hidden_1"})),
            "[hidden_0, hidden_1]");
}

TEST(ToText, AWholeFloatIsNoInteger) {
  EXPECT_EQ(to_text(ParameterValue(1.0)), "1.0");
  EXPECT_EQ(to_text(ParameterValue(-2.0)), "-2.0");
  EXPECT_EQ(to_text(ParameterValue(0.0)), "0.0");
  EXPECT_EQ(to_text(ParameterValue(1e30)), "1e+30");
}

TEST(ToText, FloatsReadBackToTheSameBits) {
  double x = 1e-12;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(std::stod(to_text(ParameterValue(x))), x);
    x *= 1.7;
  }
}

TEST(ToText, FloatsThatAreNoNumbersAreYaml) {
  EXPECT_EQ(to_text(ParameterValue(std::nan(""))), ".nan");
  EXPECT_EQ(to_text(ParameterValue(std::numeric_limits<double>::infinity())), ".inf");
  EXPECT_EQ(to_text(ParameterValue(-std::numeric_limits<double>::infinity())), "-.inf");
}

TEST(ToText, EarlyStopping) {
  EXPECT_EQ(to_text(ParameterValue(EarlyStoppingDefinition{3, 0.0, true, {}})),
            "{patience: 3, min_delta: 0.0, restore_best_weights: true}");
  EXPECT_EQ(to_text(ParameterValue(EarlyStoppingDefinition{0, 0.01, false, "val_loss"})),
            "{patience: 0, min_delta: 0.01, restore_best_weights: false, metric: val_loss}");
}

TEST(ToText, FormsAreTheirWordOrHaveNumbers) {
  EXPECT_EQ(to_text(ParameterValue(Form{"constant", {}})), "constant");
  const Form form{"cosine", {{"floor", 1.0}, {"updates", std::int64_t{7}}}};
  EXPECT_EQ(to_text(ParameterValue(form)), "{cosine: {floor: 1.0, updates: 7}}");
  ASSERT_NE(form.find("updates"), nullptr);
  EXPECT_EQ(*form.find("updates"), Form::Number(std::int64_t{7}));
  EXPECT_EQ(form.find("rate"), nullptr);
}

TEST(ToText, ParametersInTheirOrder) {
  EXPECT_EQ(to_text(Parameters{{"l2", 0.5}, {"batch_size", std::int64_t{8}}}), "l2=0.5 batch_size=8");
  EXPECT_EQ(to_text(Parameters{}), "");
}

TEST(FindParameter, ByName) {
  const Parameters parameters = {{"l2", 0.5}, {"dropout", 0.1}};
  ASSERT_NE(find_parameter(parameters, "dropout"), nullptr);
  EXPECT_EQ(*find_parameter(parameters, "dropout"), ParameterValue(0.1));
  EXPECT_EQ(find_parameter(parameters, "drop"), nullptr);
}

}  // namespace
}  // namespace trawl
