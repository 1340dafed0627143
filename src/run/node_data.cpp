// Prepares the samples once a node.
#include "trawl/run/node_data.hpp"

#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "trawl/run/guarded_data.hpp"
#include "trawl/study/data_source.hpp"

namespace trawl {
namespace {

// MPI changes the environment while it starts.
bool may_be_read_meanwhile(const DataDefinition& data) { return !data_source(data).reads_environment; }

DataSummary prepare(const DataDefinition& data, std::uint64_t seed, const std::string& path) {
  const auto work = [&] { return prepare_data(data, seed, path); };
  if (!data_source(data).is_guarded) return work();
  return guarded_data<DataSummary>(data.file, work);
}

}  // namespace

NodeData::NodeData(const StudyDefinition& study)
    : definition_(study.data), has_data_(study.has_data), seed_(study.search.seed) {
  if (has_data_ && seems_first_on_node() && may_be_read_meanwhile(definition_)) {
    begin(std::launch::async | std::launch::deferred);  // deferred: if there can be no thread
  }
}

void NodeData::begin(std::launch when) {
  folder_.emplace();
  path_ = folder_->path() + "/data";
  preparation_ = std::async(when, [this] { return prepare(definition_, seed_, path_); });
}

void NodeData::share(const RankGroup& ranks) {
  if (!has_data_) return;
  const bool is_first = ranks.is_first_on_node();
  ranks.together([&] {
    if (is_first && !preparation_.valid()) begin(std::launch::deferred);
  });
  if (is_first) PrivateFolder::remove_left_behind();
  if (!is_first && preparation_.valid()) {  // the environment was wrong
    preparation_.wait();
    folder_.reset();
  }
  const std::string path = ranks.broadcast_on_node(path_);
  ranks.together([&] {
    if (is_first) summary_ = preparation_.get();
  });
  path_ = path;
  ranks.together([&] { data_.emplace(path_); });
  ranks.check_equal(hash_text(data()), "other data");
}

bool seems_first_on_node() {
  for (const char* name : {"OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "SLURM_LOCALID"}) {
    if (const char* rank = std::getenv(name)) return std::string_view(rank) == "0";
  }
  return true;
}

std::string hash_text(const PreparedData* data) {
  return data == nullptr ? "none" : fmt::format("{:016x}", data->hash());
}

}  // namespace trawl
