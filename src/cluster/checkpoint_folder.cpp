// Removes what finished trials have kept.
#include "trawl/cluster/checkpoint_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>
#include <variant>

#include "trawl/cluster/checkpoint_file.hpp"

namespace trawl {
namespace {

namespace fs = std::filesystem;

/// Removes what is half written, and the checkpoints of trials that are `old`.
template <class Old>
void remove_checkpoints(const std::string& folder, Old is_old) {
  const auto is_removed = [&](const fs::path& path) {
    char* end = nullptr;
    const TrialNumber trial = std::strtoll(path.filename().c_str(), &end, 10);
    const std::string own = fs::path(checkpoint_path(folder, trial)).filename();
    const std::string name = path.filename();
    if (name.rfind(own, 0) != 0) return false;  // no file of ours
    return name != own || is_old(trial);
  };
  std::error_code error;
  std::vector<fs::path> old;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (is_removed(entry.path())) old.push_back(entry.path());
  }
  std::error_code ignored;
  for (const fs::path& path : old) fs::remove(path, ignored);
  fs::remove(folder, ignored);  // only an empty one
}

}  // namespace

void remove_old_checkpoints(const std::string& folder, const StudyProgress& progress) {
  remove_checkpoints(folder, [&](TrialNumber trial) {
    return trial < 0 || trial >= progress.n_trials() || progress.is_finished(trial);
  });
}

void remove_all_checkpoints(const std::string& folder) {
  remove_checkpoints(folder, [](TrialNumber /*trial*/) { return true; });
}

CheckpointRemover::CheckpointRemover(TrialStore& store, std::string folder)
    : store_(store), folder_(std::move(folder)) {}

void CheckpointRemover::append(const std::vector<TrialEvent>& events) {
  store_.append(events);
  if (store_.waits_for_room()) return;  // the end of the run, or the next one, removes them
  std::error_code error;
  if (!fs::exists(folder_, error)) return;  // short trials keep none: one look for a batch of them
  for (const TrialEvent& event : events) {
    const auto* finished = std::get_if<TrialFinished>(&event);
    if (finished == nullptr) continue;
    std::error_code ignored;
    fs::remove(checkpoint_path(folder_, finished->trial), ignored);
  }
}

}  // namespace trawl
