#include "trawl/base/path.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <pwd.h>
#include <unistd.h>

#include "trawl/base/error.hpp"

namespace trawl {
namespace {

namespace fs = std::filesystem;

class PathTest : public ::testing::Test {
 protected:
  PathTest() {
    std::string pattern = (fs::temp_directory_path() / "trawl_path_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    setenv("HOME", "/home/me", 1);
    setenv("TRAWL_PLACE", "/scratch/me", 1);
    setenv("TRAWL_EMPTY", "", 1);
    unsetenv("TRAWL_UNSET");
  }
  ~PathTest() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string message_of(const std::string& path) const {
    try {
      expanded_path(path, folder_);
    } catch (const ConfigError& e) {
      return e.what();
    }
    ADD_FAILURE() << path << " is not refused";
    return "";
  }
  [[nodiscard]] std::string expanded(const std::string& path) const { return expanded_path(path, folder_); }
  void make_file(const std::string& name) const { std::ofstream(fs::path(folder_) / name) << "x"; }

  std::string folder_;
};

TEST_F(PathTest, IsExpandedAsAShellWould) {
  EXPECT_EQ(expanded("~"), "/home/me");
  EXPECT_EQ(expanded("~/a b.h5"), "/home/me/a b.h5");
  const passwd* me = getpwuid(getuid());
  ASSERT_NE(me, nullptr);
  EXPECT_EQ(expanded(std::string("~") + me->pw_name + "/x"), std::string(me->pw_dir) + "/x");
  EXPECT_EQ(expanded("$TRAWL_PLACE/run.h5"), "/scratch/me/run.h5");
  EXPECT_EQ(expanded("a/${TRAWL_PLACE}b"), "a//scratch/meb");
  EXPECT_EQ(expanded("~/$TRAWL_PLACE"), "/home/me//scratch/me");
}

TEST_F(PathTest, StaysWhatItIsOtherwise) {
  for (const char* path :
       {"", "a/b.h5", "x~", "a/b~c", "cost 5$", "$", "${", "${}", "$1", "a$-b", "${A-b}"}) {
    EXPECT_EQ(expanded(path), path);
  }
}

TEST_F(PathTest, AFileThatIsThereIsMeant) {
  for (const char* name : {"$TRAWL_UNSET.csv", "~backup", "a$TRAWL_PLACE"}) {
    make_file(name);
    EXPECT_EQ(expanded(name), name);
  }
  make_file("~");
  EXPECT_EQ(expanded("~"), "/home/me") << "as everywhere";
  EXPECT_EQ(expanded("./~"), "./~");
}

TEST_F(PathTest, FoldersInFrontThatAreThereAreMeant) {
  for (const char* name : {"$TRAWL_PLACE", "a/$TRAWL_UNSET", "~backup"}) {
    fs::create_directories(fs::path(folder_) / name);
  }
  for (const char* path :
       {"$TRAWL_PLACE/x.h5", "a/$TRAWL_UNSET/x.h5", "a/$TRAWL_UNSET/b/x.h5", "~backup/x.h5"}) {
    EXPECT_EQ(expanded(path), path);
    EXPECT_EQ(expanded(folder_ + "/" + path), folder_ + "/" + path);
  }
  EXPECT_EQ(expanded("a/$TRAWL_UNSET/${TRAWL_PLACE}.h5"), "a/$TRAWL_UNSET//scratch/me.h5");
  EXPECT_EQ(expanded("b/$TRAWL_PLACE/x.h5"), "b//scratch/me/x.h5");
  EXPECT_EQ(expanded("~/a"), "/home/me/a");
}

TEST_F(PathTest, RefusesWhatCannotBeExpanded) {
  EXPECT_NE(message_of("$TRAWL_UNSET/x.h5").find("TRAWL_UNSET is not set"), std::string::npos);
  EXPECT_NE(message_of("a/${TRAWL_EMPTY}").find("TRAWL_EMPTY is not set"), std::string::npos);
  EXPECT_NE(message_of("~nobody-of-that-name/x").find("no user nobody-of-that-name"), std::string::npos);
  for (const char* path : {"./~/x.h5", "a/~/x.h5", "./~"}) {
    EXPECT_NE(message_of(path).find("a folder called ~ is not made"), std::string::npos);
  }
  EXPECT_THROW(refuse_new_tilde("~/x.h5", folder_), ConfigError);
  unsetenv("HOME");
  EXPECT_EQ(expanded("~"), getpwuid(getuid())->pw_dir);
}

}  // namespace
}  // namespace trawl
