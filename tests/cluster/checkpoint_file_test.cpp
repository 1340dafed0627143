#include "trawl/cluster/checkpoint_file.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixtures.hpp"
#include "tests/data/temporary_folder.hpp"
#include "trawl/archive/bytes.hpp"
#include "trawl/base/error.hpp"
#include "trawl/cluster/checkpoint_folder.hpp"

namespace trawl {
namespace {

namespace fs = std::filesystem;
using namespace testing;

/// While it lives files cannot grow above so many bytes: writing fails as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit = {bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
};

class CheckpointFileTest : public TemporaryFolderTest {
 protected:
  CheckpointFileTest() : settings_{path("r.h5.checkpoints"), "study A", "build 1", 60.0} {}

  [[nodiscard]] CheckpointFile file(TrialNumber trial = 3) const { return {settings_, trial}; }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(settings_.folder))
      found.push_back(entry.path().filename());
    std::sort(found.begin(), found.end());
    return found;
  }

  CheckpointSettings settings_;
  const std::string bytes_ = std::string("state\0of a training", 19) + std::string(100'000, '\x7f');
};

TEST_F(CheckpointFileTest, OpensNothingThatIsNoFile) {
  fs::create_directory(settings_.folder);
  const std::string name = checkpoint_path(settings_.folder, 3);
  ASSERT_EQ(mkfifo(name.c_str(), 0666), 0);
  constexpr uid_t kNobody = 65534;
  if (chown(name.c_str(), kNobody, static_cast<gid_t>(-1)) == 0) {
    EXPECT_THROW((void)file().load(), StoreError) << "and does not wait for a writer";
  }
  fs::remove(name);
  std::ofstream(path("elsewhere")) << "text";
  fs::create_symlink(path("elsewhere"), name);
  EXPECT_THROW((void)file().load(), StoreError);
}

TEST_F(CheckpointFileTest, GivesBackWhatWasSavedLast) {
  EXPECT_FALSE(file().load());
  file().save("first");
  file().save(bytes_);
  EXPECT_EQ(file().load(), bytes_);
  file().save("");
  EXPECT_EQ(file().load(), "");
  EXPECT_EQ(names(), (std::vector<std::string>{"3.checkpoint"})) << "no temporary is left";
  EXPECT_FALSE(file(4).load());
}

TEST_F(CheckpointFileTest, WithoutAFolderThereIsNone) {
  settings_.folder = "";
  EXPECT_FALSE(file().load());
}

TEST_F(CheckpointFileTest, AnothersIsRefused) {
  file().save(bytes_);
  fs::copy(file(3).path(), file(4).path());
  EXPECT_THROW((void)file(4).load(), StoreError) << "another trial's";
  CheckpointSettings other = settings_;
  other.study = "study B";
  expect_parts(message_of<StoreError>([&] { (void)CheckpointFile(other, 3).load(); }),
               {"3.checkpoint", "another study, trial or build"});
  other = settings_;
  other.build = "build 2";
  EXPECT_THROW((void)CheckpointFile(other, 3).load(), StoreError);
  EXPECT_EQ(file().load(), bytes_);
}

TEST_F(CheckpointFileTest, ATruncatedOneIsRefusedWhereverItEnds) {
  file().save("a short state");
  const std::string whole = read("r.h5.checkpoints/3.checkpoint");
  for (std::size_t n = 0; n < whole.size(); ++n) {
    write("r.h5.checkpoints/3.checkpoint", whole.substr(0, n));
    EXPECT_THROW((void)file().load(), Error) << n;
  }
  write("r.h5.checkpoints/3.checkpoint", whole + "x");
  EXPECT_THROW((void)file().load(), Error);
}

TEST_F(CheckpointFileTest, ADamagedOneIsRefusedWhateverBitIsWrong) {
  file().save("a short state");
  const std::string whole = read("r.h5.checkpoints/3.checkpoint");
  for (std::size_t i = 0; i < 8 * whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i / 8] = static_cast<char>(damaged[i / 8] ^ (1 << i % 8));
    write("r.h5.checkpoints/3.checkpoint", damaged);
    EXPECT_THROW((void)file().load(), Error) << "bit " << i;
  }
}

TEST_F(CheckpointFileTest, AFolderThatCannotBeWrittenIsAnErrorThatNamesIt) {
  write("r.h5.checkpoints", "a file stands where the folder should");
  expect_parts(message_of<StoreError>([&] { file().save(bytes_); }), {"r.h5.checkpoints", "Not a directory"});
  settings_.folder = path("no/such.checkpoints");
  expect_parts(message_of<StoreError>([&] { file().save(bytes_); }), {"cannot make the folder", "no/such"});
}

TEST_F(CheckpointFileTest, AFullDiskLeavesTheOneBefore) {
  file().save("before");
  {
    const FileSizeLimit limit(1000);
    EXPECT_THROW(file().save(bytes_), StoreError);
  }
  EXPECT_EQ(file().load(), "before");
  EXPECT_EQ(names(), (std::vector<std::string>{"3.checkpoint"})) << "the half of the new one is removed";
}

TEST_F(CheckpointFileTest, OldOnesAreRemovedAndOthersStay) {
  const StudyDefinition study = make_study(20);
  StudyProgress progress = fresh_progress(study);
  for (const TrialNumber trial : {0, 1, 12}) file(trial).save(bytes_);
  write("r.h5.checkpoints/1.checkpoint.host-77.tmp", "half");
  write("r.h5.checkpoints/25.checkpoint", "no such trial");
  write("r.h5.checkpoints/1.notes", "not ours");
  progress.apply(TrialFinished{12, 1, 0.0, done(12, 0.5).outcome});
  remove_old_checkpoints(settings_.folder, progress);
  EXPECT_EQ(names(), (std::vector<std::string>{"0.checkpoint", "1.checkpoint", "1.notes"}));
  fs::remove(path("r.h5.checkpoints/1.notes"));
  for (const TrialNumber trial : {0, 1})
    progress.apply(TrialFinished{trial, 1, 0.0, done(trial, 0.5).outcome});
  remove_old_checkpoints(settings_.folder, progress);
  EXPECT_FALSE(fs::exists(settings_.folder)) << "nothing was left in it";
  remove_old_checkpoints(settings_.folder, progress);
}

class ListStore : public TrialStore {
 public:
  void append(const std::vector<TrialEvent>& events) override {
    if (fails) throw StoreError("full");
    n_events += events.size();
  }
  [[nodiscard]] bool waits_for_room() const override { return waits; }
  bool fails = false;
  bool waits = false;
  std::size_t n_events = 0;
};

TEST_F(CheckpointFileTest, TheEndOfATrialRemovesItsOwnOnceItIsSafe) {
  file(3).save(bytes_);
  file(4).save(bytes_);
  ListStore store;
  CheckpointRemover remover(store, settings_.folder);
  remover.append({AttemptFailed{3, 1, 0.0, "crash"}});
  EXPECT_TRUE(file(3).load()) << "the next attempt needs it";
  store.fails = true;
  EXPECT_THROW(remover.append({TrialFinished{3, 2, 0.0, done(3, 0.5).outcome}}), StoreError);
  EXPECT_TRUE(file(3).load()) << "the next run needs it";
  store.fails = false;
  store.waits = true;
  remover.append({TrialFinished{3, 2, 0.0, done(3, 0.5).outcome}});
  EXPECT_TRUE(file(3).load()) << "its end is in memory only";
  store.waits = false;
  remover.append({TrialFinished{3, 2, 0.0, done(3, 0.5).outcome}});
  EXPECT_FALSE(file(3).load());
  EXPECT_TRUE(file(4).load());
  EXPECT_EQ(store.n_events, 3U);
}

}  // namespace
}  // namespace trawl
