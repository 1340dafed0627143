#include "trawl/app/node_data.hpp"

#include <cerrno>
#include <csignal>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

namespace trawl {
namespace {

namespace fs = std::filesystem;

std::string file_prefix() { return fmt::format("trawl-{}-", getuid()); }
constexpr const char* kSuffix = ".data";

fs::path folder() {
  const char* temporary = std::getenv("TMPDIR");
  return temporary != nullptr && *temporary != '\0' ? fs::path(temporary) : fs::path("/tmp");
}

// A run that was killed while it prepared its data leaves a file named by a process that is
// no more. In containers that share the folder others' processes cannot be seen: young files stay.
bool is_left_behind(const fs::directory_entry& entry) {
  constexpr std::chrono::minutes kLongestPreparation{30};
  const std::string name = entry.path().filename().string();
  if (name.rfind(file_prefix(), 0) != 0 || name.find(kSuffix) == std::string::npos) return false;
  const int pid = std::atoi(name.c_str() + file_prefix().size());
  if (pid <= 0 || kill(pid, 0) == 0 || errno != ESRCH) return false;
  std::error_code error;
  const auto age = fs::file_time_type::clock::now() - entry.last_write_time(error);
  return !error && age > kLongestPreparation;
}

void remove_left_behind() {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder(), error)) {
    std::error_code ignored;
    if (is_left_behind(entry)) fs::remove(entry.path(), ignored);
  }
}

}  // namespace

NodeData::NodeData(const RankGroup& ranks, const StudyDefinition& study) {
  if (ranks.is_first_on_node()) path_ = folder() / fmt::format("{}{}{}", file_prefix(), getpid(), kSuffix);
  path_ = ranks.broadcast_on_node(path_);
  ranks.together([&] {
    if (!ranks.is_first_on_node()) return;
    remove_left_behind();
    owns_name_ = true;
    summary_ = prepare_data(study.data, study.search.seed, path_);
  });
  ranks.together([&] { data_.emplace(path_); });
  ranks.check_equal(hash_text(data_->hash()), "other data");
}

NodeData::~NodeData() { remove_name(); }

void NodeData::remove_name() {
  std::error_code ignored;
  if (owns_name_) fs::remove(path_, ignored);
  owns_name_ = false;
}

std::string hash_text(std::uint64_t hash) { return fmt::format("{:016x}", hash); }

}  // namespace trawl
