#include "trawl/results/file_inspection.hpp"

#include "trawl/archive/bytes.hpp"
#include "trawl/base/disk_file.hpp"
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
  if (!h5::File::is_hdf5(path)) return failed(Kind::foreign, "is not an HDF5 file");
  try {
    const h5::File file = h5::File::open_to_read(path);
    return inspect(file.root());
  } catch (const h5::Hdf5Error& e) {
    return failed(Kind::damaged, fmt::format("is damaged ({})", e.what()));
  }
}

}  // namespace

FileInspection inspect_results(const std::string& path) {
  const FileState state = file_state(path);
  if (!state.exists || state.bytes == 0) return {};
  if (!is_regular_file(path)) return failed(Kind::foreign, "is a folder, a pipe or a device");
  const GuardedResult result =
      run_guarded(limits_for({path}), h5::with_library, [&path] { return encode(inspect_here(path)); });
  if (!result.fault.empty()) {
    return failed(Kind::damaged, fmt::format("is damaged (the HDF5 library {} on it)", result.fault));
  }
  return decode<FileInspection>(result.text);
}

}  // namespace trawl
