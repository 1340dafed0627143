#include "trawl/base/exit_code.hpp"

#include <gtest/gtest.h>

#include "trawl/base/error.hpp"

namespace trawl {
namespace {

TEST(ExitCodes, TellWhoseFaultItWas) {
  EXPECT_EQ(exit_code_of(ConfigError("")), ExitCode::bad_input);
  EXPECT_EQ(exit_code_of(DataError("")), ExitCode::bad_input);
  EXPECT_EQ(exit_code_of(StudyMismatchError("")), ExitCode::bad_input);
  EXPECT_EQ(exit_code_of(StoreError("")), ExitCode::storage_failed);
  EXPECT_EQ(exit_code_of(StopRequested("")), ExitCode::interrupted);
  EXPECT_EQ(exit_code_of(CommError("")), ExitCode::interrupted);
  EXPECT_EQ(exit_code_of(std::logic_error("")), ExitCode::our_fault);
  EXPECT_EQ(exit_code_of(CodedFailure(ExitCode::some_failed, "")), ExitCode::some_failed);
}

}  // namespace
}  // namespace trawl
