#include <string>

#include <gtest/gtest.h>

#include "trawl/config/job_file.hpp"
#include "trawl/results/read_results.hpp"
#include "trawl/run/program.hpp"

namespace trawl {
namespace {

// Keys that came after a file was written do not make its job another study: what `merge` makes of the file
// can be extended.
TEST(OldFile, StaysOfTheSameStudy) {
  const std::string path = std::string(TRAWL_SOURCE_DIR) + "/tests/results/data/schema-1.h5";
  const StudyTables study = read_results(path);
  const JobFile job = read_resolved_job(study.job_resolved, path, perceptron_program().keys);
  EXPECT_EQ(study.identity.substr(0, study.identity.find("data_hash: ")), job.identity);
}

// At another value they do.
TEST(OldFile, IsOfAnotherStudyWhereALaterKeyIsUsed) {
  const std::string path = std::string(TRAWL_SOURCE_DIR) + "/tests/results/data/schema-1.h5";
  const std::string stopping = "training:\n  early_stopping: {patience: 2}\n";
  const auto replaced = [&](std::string text) {
    return text.replace(text.find("training:\n"), 10, stopping);
  };
  const std::string old = read_results(path).job_resolved;
  EXPECT_NE(read_resolved_job(replaced(old), path, perceptron_program().keys).identity,
            read_resolved_job(old, path, perceptron_program().keys).identity);
}

}  // namespace
}  // namespace trawl
