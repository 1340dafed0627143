#include "trawl/base/disk_file.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace trawl {
namespace {

TEST(PublishFile, TellsTheStateBeforeAnybodyElseCanChangeIt) {
  const std::string name =
      std::filesystem::temp_directory_path() / ("trawl-publish-" + std::to_string(getpid()));
  std::ofstream(name + ".tmp") << "ours";
  const FileState state = publish_file(name + ".tmp", name);
  EXPECT_EQ(file_state(name), state);
  std::ofstream(name, std::ios::app) << "theirs";
  EXPECT_FALSE(file_state(name) == state);
  std::filesystem::remove(name);
}

}  // namespace
}  // namespace trawl
