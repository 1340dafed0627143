#include "trawl/results/merge.hpp"

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "simulated_study.hpp"
#include "trawl/h5/file.hpp"
#include "trawl/results/schema.hpp"
#include "trawl/results/write_results.hpp"

namespace trawl::testing {
namespace {

namespace fs = std::filesystem;

/// Runs a study or a shard of it to its end. Its test figures tell which trial was its best.
MergeInput finished(const SimulatedStudy& study, const std::string& path) {
  const auto store = ResultsStore::open(path, study.description(), provenance(), quick());
  study.run(*store, [] {});
  store->append({WorkerSeen{study.shard.index, "node2", 4, 1.5, 0.5, kNan}});
  std::optional<TestEvaluation> test;
  if (store->best()) test = TestEvaluation{static_cast<double>(store->best()->trial), 0.3};
  store->complete(test, 0);
  return {path, read_results(path)};
}

SimulatedStudy shard_of(SimulatedStudy study, std::int64_t index, std::int64_t count) {
  study.shard = {index, count};
  return study;
}

std::vector<MergeInput> finished_shards(const SimulatedStudy& study, std::int64_t count,
                                        const Folder& folder) {
  std::vector<MergeInput> inputs;
  for (std::int64_t index = 0; index < count; ++index) {
    inputs.push_back(finished(shard_of(study, index, count), folder.file(fmt::format("shard-{}.h5", index))));
  }
  return inputs;
}

/// A file of what has finished in `study` without the trials in `but`, stopped before its end.
MergeInput interrupted(const SimulatedStudy& study, const std::vector<TrialNumber>& but,
                       const std::string& path) {
  const auto store = ResultsStore::open(path, study.description(), provenance(), quick());
  for (TrialNumber n = 0; n < study.n_points * study.repeats; ++n) {
    if (!store->progress().is_in_shard(n) || std::count(but.begin(), but.end(), n) > 0) continue;
    for (TrialEvent& event : study.events(n)) store->append({std::move(event)});
  }
  store->close(75);
  return {path, read_results(path)};
}

std::string refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const StudyMismatchError& e) {
    return e.what();
  }
  return "not refused";
}
std::string refusal(const std::vector<MergeInput>& inputs, Missing missing = Missing::refuse) {
  return refusal([&] { merge(inputs, missing); });
}

#define EXPECT_MENTIONS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST(Merge, ShardsGiveWhatOneRunGives) {
  for (const std::int64_t repeats : {1, 2}) {
    const Folder folder;
    const SimulatedStudy study{11, repeats, 4, "simulated"};
    const StudyTables whole = finished(study, folder.file("whole.h5")).tables;
    std::vector<MergeInput> shards = finished_shards(study, 3, folder);
    std::swap(shards[0], shards[2]);  // in any order
    write_results(folder.file(), study.description(), merge(shards, Missing::refuse));

    const StudyTables merged = read_results(folder.file());
    EXPECT_SAME(merged, whole);
    EXPECT_TRUE(merged.complete);
    EXPECT_TRUE(merged.shard.is_whole());
    ASSERT_TRUE(merged.best && merged.test);
    EXPECT_FALSE(merged.best->weights.empty());
    EXPECT_EQ(merged.test->accuracy, static_cast<double>(merged.best->trial)) << "of the shard with the best";
    EXPECT_EQ(merged.job_text, whole.job_text);
    EXPECT_EQ(merged.identity, whole.identity);
    for (std::size_t i = 0; i < merged.trials.size(); ++i) {
      EXPECT_EQ(merged.trials[i].seed, whole.trials[i].seed);
      EXPECT_EQ(merged.trials[i].host, whole.trials[i].host);
      EXPECT_EQ(merged.trials[i].error, whole.trials[i].error);
      EXPECT_EQ(merged.trials[i].finished_at, whole.trials[i].finished_at);
    }
    EXPECT_EQ(folder.names(),
              (std::vector<std::string>{"r.h5", "shard-0.h5", "shard-1.h5", "shard-2.h5", "whole.h5"}));
  }
}

TEST(Merge, KeepsTheStartsWorkersAndMessagesOfAll) {
  const Folder folder;
  const std::vector<MergeInput> shards = finished_shards({6, 1, 2, "simulated"}, 3, folder);
  const StudyTables merged = merge(shards, Missing::refuse);
  ASSERT_EQ(merged.sessions.size(), 3U);
  ASSERT_EQ(merged.workers.size(), 3U);
  for (std::int64_t i = 0; i < 3; ++i) {
    const WorkerRow& worker = merged.workers[static_cast<std::size_t>(i)];
    EXPECT_EQ(worker.session, i);
    EXPECT_EQ(worker.seen.rank, i);
  }
  ASSERT_EQ(merged.messages.size(), 1U);
  EXPECT_MENTIONS(merged.messages[0].text, "merged from 3 files: " + shards[0].path + " (shard 0/3)");
  write_results(folder.file(), SimulatedStudy{6, 1, 2, "simulated"}.description(), merged);
  const StudyTables written = read_results(folder.file());
  EXPECT_EQ(written.workers.at(2).session, 2);
  EXPECT_EQ(written.messages.at(0).text, merged.messages[0].text);
}

TEST(Merge, AShardWithoutAPointCountsAsOne) {
  const Folder folder;
  const SimulatedStudy study{2, 1, 2, "simulated"};
  const std::vector<MergeInput> shards = finished_shards(study, 4, folder);
  EXPECT_TRUE(shards[3].tables.complete);
  EXPECT_FALSE(shards[3].tables.best);
  EXPECT_SAME(merge(shards, Missing::refuse), finished(study, folder.file("whole.h5")).tables);
}

TEST(Merge, EqualTrialsInSeveralFilesCountOnce) {
  const Folder folder;
  const SimulatedStudy study{8, 1, 3, "simulated"};
  std::vector<MergeInput> inputs = finished_shards(study, 2, folder);
  const MergeInput whole = finished(study, folder.file("whole.h5"));
  inputs.push_back(whole);
  inputs.push_back(inputs[1]);
  EXPECT_SAME(merge(inputs, Missing::refuse), whole.tables);
}

TEST(Merge, UnequalTrialsAreRefusedByNumber) {
  const Folder folder;
  const MergeInput whole = finished({8, 1, 3, "simulated"}, folder.file("whole.h5"));
  MergeInput other = whole;
  other.path = "other.h5";
  other.tables.epochs[3 * 5 + 2].record.values[kValLoss] += 1e-9;
  std::string text = refusal({whole, other});
  EXPECT_MENTIONS(text, "other.h5 both hold trial 5");
  EXPECT_MENTIONS(text, "epoch 2 val_loss");
  EXPECT_EQ(text, refusal({whole, other}, Missing::allow)) << "not a thing to be allowed";
  other = whole;
  other.tables.trials[3].objective = kNan;
  EXPECT_MENTIONS(refusal({whole, other}), "trial 3 objective");
}

TEST(Merge, OtherStudiesAreRefusedWithWhatDiffers) {
  const Folder folder;
  const MergeInput one = finished({4, 1, 2, "one"}, folder.file("one.h5"));
  const MergeInput two = finished({4, 1, 2, "two"}, folder.file("two.h5"));
  const std::string text = refusal({one, two}, Missing::allow);
  EXPECT_MENTIONS(text, "first:  study: one");
  EXPECT_MENTIONS(text, "second: study: two");
  EXPECT_EQ(text.find("seed"), std::string::npos) << text;
}

TEST(Merge, MissingTrialsAreNamed) {
  const Folder folder;
  const SimulatedStudy study{40, 1, 1, "simulated"};
  std::vector<MergeInput> shards = finished_shards(study, 3, folder);
  shards.erase(shards.begin() + 1);
  const std::string text = refusal(shards);
  EXPECT_MENTIONS(text, "13 of 40 trials are missing: 1, 4, 7, 10, 13, 16, 19, 22, 25, 28 and 3 more");
  EXPECT_MENTIONS(text, "no file of shard 1/3");
  EXPECT_MENTIONS(text, "--partial");
}

TEST(Merge, AShardThatHasNotGrownWithTheStudyIsMissingTrials) {
  const Folder folder;
  const SimulatedStudy small{4, 1, 2, "simulated"};
  const SimulatedStudy grown{8, 1, 2, "simulated"};
  std::vector<MergeInput> shards = finished_shards(small, 2, folder);
  shards[1] = finished(shard_of(grown, 1, 2), folder.file("shard-1.h5"));
  EXPECT_MENTIONS(refusal(shards), "2 of 8 trials are missing: 4, 6.");
  shards[0] = finished(shard_of(grown, 0, 2), folder.file("shard-0.h5"));
  EXPECT_SAME(merge(shards, Missing::refuse), finished(grown, folder.file("whole.h5")).tables);
}

TEST(Merge, AnIncompleteFileIsNamed) {
  const Folder folder;
  const SimulatedStudy study{6, 1, 2, "simulated"};
  std::vector<MergeInput> shards = finished_shards(study, 2, folder);
  shards[1] = interrupted(shard_of(study, 1, 2), {3}, folder.file("half.h5"));
  std::string text = refusal(shards);
  EXPECT_MENTIONS(text, "1 of 6 trials are missing: 3.");
  EXPECT_MENTIONS(text, "Not complete: " + folder.file("half.h5"));
  shards[1] = interrupted(shard_of(study, 1, 2), {}, folder.file("concluded.h5"));
  text = refusal(shards);
  EXPECT_EQ(text.find("missing"), std::string::npos)
      << "all trained, but not tested and sorted yet: " << text;
  EXPECT_MENTIONS(text, "Not complete: " + folder.file("concluded.h5"));
}

// The best point lacks its second repeat: its weights are in no file yet, and must be there in the end.
TEST(Merge, WhatIsMergedOfAPartIsCarriedOn) {
  for (const std::int64_t repeats : {1, 2}) {
    const Folder folder;
    const SimulatedStudy study{9, repeats, 3, "simulated"};
    const StudyTables whole = finished(study, folder.file("whole.h5")).tables;
    const TrialNumber cut = whole.best->trial + repeats - 1;
    std::vector<MergeInput> inputs;
    inputs.push_back(finished(shard_of(study, (cut / repeats + 1) % 3, 3), folder.file("a.h5")));
    inputs.push_back(interrupted(shard_of(study, cut / repeats % 3, 3), {cut}, folder.file("b.h5")));
    const StudyTables part = merge(inputs, Missing::allow);
    EXPECT_FALSE(part.complete);
    EXPECT_FALSE(part.test) << "the best may become another";
    for (TrialNumber trial = whole.best->trial; trial <= cut; ++trial) {
      EXPECT_EQ(part.trials[static_cast<std::size_t>(trial)].state, TrialState::waiting);
    }
    write_results(folder.file(), study.description(), part);
    EXPECT_SAME(read_results(folder.file()), part);

    const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), quick());
    EXPECT_EQ(store->start(), StudyStart::resumed);
    EXPECT_EQ(store->progress().n_finished(), (3 + 2) * repeats);
    study.run(*store, [] {});
    store->complete(whole.test, 0);
    EXPECT_SAME(read_results(folder.file()), whole);
  }
}

TEST(WriteResults, TouchesNothingThatIsThere) {
  const Folder folder;
  const SimulatedStudy study{3, 1, 2, "simulated"};
  const StudyTables tables = finished(study, folder.file()).tables;
  const auto before = fs::last_write_time(folder.file());
  const auto write = [&](const std::string& name) {
    return refusal([&] { write_results(folder.file(name), study.description(), tables); });
  };
  EXPECT_MENTIONS(write("r.h5"), "r.h5 exists and is left as it is");
  EXPECT_EQ(fs::last_write_time(folder.file()), before);
  std::ofstream(folder.file("begun.h5.journal.000")) << "TRAWLJNL";
  EXPECT_MENTIONS(write("begun.h5"), "journal of an unfinished study");
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"begun.h5.journal.000", "r.h5"}));
}

TEST(WriteResults, KilledItLeavesNoFileUnderTheName) {
  const Folder folder;
  const SimulatedStudy study{300, 1, 20, "simulated"};
  const StudyTables tables = finished(study, folder.file("whole.h5")).tables;
  const auto start = std::chrono::steady_clock::now();
  write_results(folder.file(), study.description(), tables);
  const auto duration = std::chrono::steady_clock::now() - start;
  constexpr int kRounds = 16;
  for (int round = 0; round < kRounds; ++round) {
    fs::remove(folder.file());
    const pid_t pid = fork();
    if (pid == 0) {
      for (;; fs::remove(folder.file())) write_results(folder.file(), study.description(), tables);
    }
    std::this_thread::sleep_for(duration * round / kRounds);
    kill(pid, SIGKILL);
    int status = 0;
    waitpid(pid, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status));
    if (fs::exists(folder.file())) EXPECT_SAME(read_results(folder.file()), tables);
  }
  fs::remove(folder.file());
  write_results(folder.file(), study.description(), tables);
  EXPECT_SAME(read_results(folder.file()), tables);
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"r.h5", "whole.h5"})) << "the next one cleans up";
}

TEST(ShardOfAStudy, ItsFileSaysWhatItHolds) {
  const Folder folder;
  const MergeInput input = finished(shard_of({7, 2, 2, "simulated"}, 1, 3), folder.file());
  const StudyTables& tables = input.tables;
  EXPECT_TRUE(tables.complete);
  EXPECT_EQ(tables.shard, (Shard{1, 3}));
  ASSERT_EQ(tables.trials.size(), 14U) << "row i is trial i";
  for (const TrialRow& row : tables.trials) EXPECT_EQ(is_finished(row), row.point % 3 == 1) << row.number;
  EXPECT_EQ(trials_in_shard(tables).size(), 4U);
}

TEST(ShardOfAStudy, AFileOfAShardThatCannotBeIsDamaged) {
  const Folder folder;
  finished(shard_of({4, 1, 2, "simulated"}, 1, 2), folder.file());
  {
    h5::File file = h5::File::open_to_write(folder.file());
    file.root().set_attribute(schema::root::kNShards, std::int64_t{0});
    file.close();
  }
  std::string text;
  try {
    read_results(folder.file());
  } catch (const StoreError& e) {
    text = e.what();
  }
  EXPECT_MENTIONS(text, "there is no shard 1/0");
}

TEST(ShardOfAStudy, CarriesOnAsItselfOnly) {
  const Folder folder;
  const SimulatedStudy study{9, 1, 2, "simulated"};
  const SimulatedStudy shard = shard_of(study, 1, 3);
  interrupted(shard, {4}, folder.file());
  const auto open = [&](const SimulatedStudy& wanted) {
    return ResultsStore::open(folder.file(), wanted.description(), provenance(), quick());
  };
  for (const char* found : {"journal", "file"}) {
    EXPECT_MENTIONS(refusal([&] { open(shard_of(study, 2, 3)); }),
                    "holds shard 1/3 and shard 2/3 is asked for");
    EXPECT_MENTIONS(refusal([&] { open(study); }), "holds shard 1/3 and the whole study is asked for");
    if (std::string(found) == "journal") finished(shard, folder.file());
  }
  EXPECT_EQ(open(shard)->start(), StudyStart::already_complete);
  const SimulatedStudy grown{12, 1, 2, "simulated", {1, 3}};
  EXPECT_EQ(open(grown)->start(), StudyStart::extended);
  EXPECT_EQ(trials_in_shard(finished(grown, folder.file()).tables).size(), 4U);
}

}  // namespace
}  // namespace trawl::testing
