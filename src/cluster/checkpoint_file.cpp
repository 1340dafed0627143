// Keeps what an interrupted trial goes on from.
#include "trawl/cluster/checkpoint_file.hpp"

#include <filesystem>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trawl/archive/bytes.hpp"
#include "trawl/base/error.hpp"
#include "trawl/base/host.hpp"
#include "trawl/base/output_path.hpp"

namespace trawl {
namespace {

constexpr int kVersion = 1;

std::string read_whole(const DiskFile& file, std::uint64_t offset, std::uint64_t n) {
  std::string bytes(n, '\0');
  bytes.resize(file.read_at(offset, bytes.data(), n));
  return bytes;
}

}  // namespace

CheckpointFile::CheckpointFile(const CheckpointSettings& settings, TrialNumber trial)
    : folder_(settings.folder),
      path_(checkpoint_path(settings.folder, trial)),
      owner_(fmt::format("trawl-checkpoint {}\nbuild: {}\nstudy: {}\ntrial: {}\n", kVersion, settings.build,
                         settings.study, trial)) {}

std::optional<std::string> CheckpointFile::load() const {
  if (folder_.empty() || !file_state(path_).exists) return std::nullopt;
  require_ours(folder_);
  require_ours(path_);
  struct stat info {};
  // Another user's pipe would let us wait for ever.
  const bool is_own = lstat(path_.c_str(), &info) == 0 && info.st_uid == geteuid();
  const DiskFile file(path_, O_RDONLY | O_NOFOLLOW | (is_own ? 0 : O_NONBLOCK));
  if (fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode))
    throw StoreError(fmt::format("{} is not a file", path_));
  if (read_whole(file, 0, owner_.size()) != owner_) {
    throw StoreError(fmt::format("{} is of another study, trial or build of trawl, or damaged", path_));
  }
  const std::uint64_t sealed = file.size() - owner_.size();
  if (sealed > kSealHeaderBytes + kMaxSealedBytes) throw ArchiveError(path_ + " is too large to be one");
  const std::string bytes = read_whole(file, owner_.size(), sealed);
  try {
    return std::string(unseal(bytes));
  } catch (const ArchiveError& e) {
    throw ArchiveError(fmt::format("{} is damaged: {}", path_, e.what()));
  }
}

void CheckpointFile::save(const std::string& state, Sync sync) const {
  if (state.size() > kMaxSealedBytes) {
    throw StoreError(fmt::format("it has {} bytes; at most {} can be kept", state.size(), kMaxSealedBytes));
  }
  make_own_folder(folder_);
  // A rank that was given up may still train the same trial: no two write to one file.
  const std::string temporary = fmt::format("{}.{}-{}.tmp", path_, host_name(), getpid());
  try {
    write(temporary, state);
    publish_file(temporary, path_, sync);
  } catch (const StoreError&) {
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    throw;
  }
}

void CheckpointFile::write(const std::string& path, const std::string& state) const {
  make_own_file(path);
  DiskFile file(path, O_WRONLY | O_NOFOLLOW);
  file.write_all(owner_);
  file.write_all(seal(state));
  file.close();
}

std::string checkpoint_path(const std::string& folder, TrialNumber trial) {
  return fmt::format("{}/{}.checkpoint", folder, trial);
}

}  // namespace trawl
