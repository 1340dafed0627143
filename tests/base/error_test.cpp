#include "trawl/base/error.hpp"

#include <cerrno>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace trawl {
namespace {

TEST(Check, NamesExpressionPlaceAndValues) {
  const int n = 3;
  try {
    TRAWL_CHECK(n < 3, "n = {}", n);
    FAIL() << "did not throw";
  } catch (const std::logic_error& e) {
    const std::string text = e.what();
    EXPECT_NE(text.find("error_test.cpp:"), std::string::npos) << text;
    EXPECT_NE(text.find("n < 3: n = 3"), std::string::npos) << text;
  }
}

TEST(Check, PassesWithoutEvaluatingTheMessage) {
  int evaluated = 0;
  TRAWL_CHECK(true, "{}", ++evaluated);
  EXPECT_EQ(evaluated, 0);
}

TEST(Error, AMismatchIsAlsoAStoreError) {
  EXPECT_THROW(throw StudyMismatchError("another study"), StoreError);
  EXPECT_THROW(throw ConfigError("wrong"), Error);
}

TEST(Error, SystemMessagesAreWords) { EXPECT_EQ(system_message(ENOENT), "No such file or directory"); }

}  // namespace
}  // namespace trawl
