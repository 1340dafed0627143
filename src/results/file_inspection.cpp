// Tells what stands under a name, sound or not.
#include "trawl/results/file_inspection.hpp"

#include <cerrno>
#include <optional>

#include <fcntl.h>
#include <sys/stat.h>

#include "trawl/archive/bytes.hpp"
#include "trawl/base/disk_file.hpp"
#include "trawl/base/error.hpp"
#include "trawl/base/file_descriptor.hpp"
#include "trawl/base/guarded_process.hpp"
#include "trawl/h5/file.hpp"
#include "trawl/results/schema.hpp"

namespace trawl {
namespace {

using Kind = FileInspection::Kind;

FileInspection failed(Kind kind, std::string reason) {
  FileInspection inspection;
  inspection.kind = kind;
  inspection.reason = std::move(reason);
  return inspection;
}

bool has_our_format(const h5::Group& root) {
  try {
    return root.has_attribute(schema::root::kFormat) &&
           root.text_attribute(schema::root::kFormat) == schema::kFormat;
  } catch (const h5::Hdf5Error&) {  // another program's attribute of that name
    return false;
  }
}

FileInspection inspect(const h5::Group& root) {
  if (!has_our_format(root)) return failed(Kind::foreign, "is an HDF5 file, but not a results file of trawl");
  const std::int64_t version = root.whole_attribute(schema::root::kFormatVersion);
  if (version > schema::kFormatVersion) {
    return failed(Kind::newer,
                  fmt::format("has version {} of the format, and this program knows {}: use a newer one",
                              version, schema::kFormatVersion));
  }
  FileInspection inspection;
  inspection.kind = Kind::results;
  inspection.version = version;
  inspection.run_id = root.text_attribute(schema::root::kRunId);
  inspection.complete = root.flag_attribute(schema::root::kComplete);
  inspection.n_trials = root.group(schema::kTrials).dataset(schema::trials::kNumber.name).rows();
  if (root.has_attribute(schema::root::kNShards)) {
    const std::string shard = to_text(
        Shard{root.whole_attribute(schema::root::kShard), root.whole_attribute(schema::root::kNShards)});
    if (!from_text(shard, inspection.shard))
      return failed(Kind::damaged, fmt::format("is damaged (there is no shard {})", shard));
  }
  if (!inspection.complete && root.has_attribute(schema::root::kJournalSegment)) {
    inspection.journal.segment =
        static_cast<std::uint64_t>(root.whole_attribute(schema::root::kJournalSegment));
    inspection.journal.offset =
        static_cast<std::uint64_t>(root.whole_attribute(schema::root::kJournalOffset));
  }
  inspection.identity = root.group(schema::kStudy).text(schema::study::kIdentity.name);
  return inspection;
}

FileInspection inspect_here(const std::string& path) {
  if (h5::File::is_other(path)) return failed(Kind::foreign, "is not an HDF5 file");
  try {
    const h5::File file = h5::File::open_to_read(path);
    return inspect(file.root());
  } catch (const h5::Hdf5Error& e) {
    FileInspection inspection = failed(Kind::damaged, fmt::format("is damaged ({})", e.what()));
    if (tells_it_may_pass(e.what())) inspection.unreachable = e.what();
    return inspection;
  }
}

const char* word_of(mode_t mode) {
  if (S_ISDIR(mode)) return "is a folder";
  if (S_ISFIFO(mode)) return "is a pipe";
  return S_ISSOCK(mode) ? "is a socket" : "is a device";
}

// Of what has the name and cannot be looked at: that says nothing of what it holds.
[[noreturn]] void fail_to_open(const std::string& path, int code) {
  if (code == ELOOP) throw StoreError(fmt::format("{} leads in a circle of links", path));
  const std::string text = fmt::format("cannot open {}: {}", path, system_message(code));
  if (code == EMFILE || code == ENFILE || code == ENOMEM) throw UnreachableError(text);
  if (may_pass(code)) fail_system("open", path, code);
  throw StoreError(text);
}

/// An inspection that needs no look inside, if so.
std::optional<FileInspection> inspect_outside(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return FileInspection{};
    fail_to_open(path, errno);
  }
  if (!S_ISREG(info.st_mode)) return failed(Kind::foreign, word_of(info.st_mode));
  if (info.st_size == 0) return FileInspection{};
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (file.get() >= 0) return std::nullopt;
  if (errno == ENOENT) return FileInspection{};
  fail_to_open(path, errno);
}

}  // namespace

FileInspection inspect_results(const std::string& path) {
  if (std::optional<FileInspection> inspection = inspect_outside(path)) return *std::move(inspection);
  const GuardedResult result =
      run_guarded(limits_for({path}), h5::with_library, [&path] { return encode(inspect_here(path)); });
  require_not_killed(result, path);
  if (!result.fault.empty()) {
    return failed(Kind::damaged, fmt::format("is damaged (the HDF5 library {} on it)", result.fault));
  }
  FileInspection inspection = decode<FileInspection>(result.text);
  if (!inspection.unreachable.empty()) throw UnreachableError(inspection.unreachable);
  return inspection;
}

}  // namespace trawl
