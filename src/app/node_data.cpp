#include "trawl/app/node_data.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "trawl/base/host.hpp"

namespace trawl {
namespace {

namespace fs = std::filesystem;
constexpr const char* kSuffix = ".data";

// Other hosts may share the folder: a pid says something about this one's processes only.
std::string file_prefix() { return fmt::format("trawl-{}-{}-", getuid(), host_name()); }
std::string file_name() {
  std::random_device random;
  return fmt::format("{}{}-{:08x}{:08x}{}", file_prefix(), getpid(), random(), random(), kSuffix);
}
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

// By the word of mpirun (Open MPI, MPICH) or srun; true without a launcher. MPI itself is asked later.
bool seems_first_on_node() {
  for (const char* name : {"OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "SLURM_LOCALID"}) {
    if (const char* rank = std::getenv(name)) return std::string_view(rank) == "0";
  }
  return true;
}

// MPI changes the environment while it starts, and HDF5 reads it.
bool may_be_read_meanwhile(const DataDefinition& data) { return data.source != DataDefinition::Source::hdf5; }

}  // namespace

NodeData::NodeData(const StudyDefinition& study)
    : definition_(study.data), has_data_(study.has_data), seed_(study.search.seed) {
  if (has_data_ && seems_first_on_node() && may_be_read_meanwhile(definition_)) {
    begin(std::launch::async | std::launch::deferred);  // deferred: if there can be no thread
  }
}

void NodeData::begin(std::launch when) {
  name_.path = folder() / file_name();
  name_.owned = true;
  preparation_ = std::async(when, [this] { return prepare_data(definition_, seed_, name_.path); });
}

void NodeData::share(const RankGroup& ranks) {
  if (!has_data_) return;
  const bool is_first = ranks.is_first_on_node();
  if (is_first && !preparation_.valid()) begin(std::launch::deferred);
  if (is_first) remove_left_behind();
  if (!is_first && preparation_.valid()) {  // the environment was wrong
    preparation_.wait();
    name_.remove();
  }
  const std::string path = ranks.broadcast_on_node(name_.path);
  ranks.together([&] {
    if (is_first) summary_ = preparation_.get();
  });
  name_.path = path;
  ranks.together([&] { data_.emplace(name_.path); });
  ranks.check_equal(hash_text(data()), "other data");
}

void NodeData::Name::remove() {
  std::error_code ignored;
  if (owned) fs::remove(path, ignored);
  owned = false;
}

std::string hash_text(const PreparedData* data) {
  return data == nullptr ? "none" : fmt::format("{:016x}", data->hash());
}

}  // namespace trawl
