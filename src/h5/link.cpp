// Follows soft and external links, and lists what can be reached.
#include "trawl/h5/link.hpp"

#include <algorithm>

#include "native.hpp"

namespace trawl::h5 {
namespace {

using TargetKind = Target::Kind;

/// "/raw/images" of a soft link, "part-0.h5:/images" of an external one; "" of any other.
std::string destination(const Group& root, const std::string& link) {
  H5L_info_t info{};
  if (H5Lget_info(root.id(), link.c_str(), &info, H5P_DEFAULT) < 0) return "";
  if (info.type != H5L_TYPE_SOFT && info.type != H5L_TYPE_EXTERNAL) return "";
  std::vector<char> value(info.u.val_size + 1, '\0');
  check(H5Lget_val(root.id(), link.c_str(), value.data(), info.u.val_size, H5P_DEFAULT), "read link " + link);
  if (info.type == H5L_TYPE_SOFT) return value.data();
  const char* file = nullptr;
  const char* object = nullptr;
  check(H5Lunpack_elink_val(value.data(), info.u.val_size, nullptr, &file, &object), "read link " + link);
  return fmt::format("{}:{}", file, object);
}

TargetKind kind_of(const Group& root, const std::string& path) {
  const Handle object(H5Oopen(root.id(), path.c_str(), H5P_DEFAULT), H5Oclose, "open " + path);
  switch (H5Iget_type(object.id())) {
    case H5I_DATASET: return TargetKind::dataset;
    case H5I_GROUP: return TargetKind::group;
    default: return TargetKind::other;
  }
}

bool leads_somewhere(const Group& root, const std::string& link) {
  return H5Oexists_by_name(root.id(), link.c_str(), H5P_DEFAULT) > 0;
}

herr_t collect_dataset(hid_t /*group*/, const char* name, const H5O_info_t* info, void* data) {
  if (info->type == H5O_TYPE_DATASET) static_cast<std::vector<std::string>*>(data)->emplace_back(name);
  return 0;
}

herr_t collect_link(hid_t /*group*/, const char* name, const H5L_info_t* info, void* data) {
  const bool is_link = info->type == H5L_TYPE_SOFT || info->type == H5L_TYPE_EXTERNAL;
  if (is_link) static_cast<std::vector<std::string>*>(data)->emplace_back(name);
  return 0;
}

std::string described_link(const Group& group, const std::string& link) {
  const Target target = follow(group, link);
  const char* what = target.kind == TargetKind::dangling ? " (not there)"
                     : target.kind == TargetKind::group  ? " (a group)"
                                                         : "";
  return fmt::format("{} -> {}{}", link, destination(group, link), what);
}

}  // namespace

Target follow(const Group& root, const std::string& path) {
  for (std::size_t end = path.find_first_not_of('/'); end < path.size();) {
    end = std::min(path.find('/', end), path.size());
    const std::string link = path.substr(0, end);
    if (H5Lexists(root.id(), link.c_str(), H5P_DEFAULT) <= 0) return {};
    if (!leads_somewhere(root, link)) {
      return {TargetKind::dangling, fmt::format("{} is a link to {}", link, destination(root, link))};
    }
    end = path.find_first_not_of('/', end);
  }
  return {kind_of(root, path), ""};
}

std::vector<std::string> list_datasets(const Group& group) {
  std::vector<std::string> paths;
  check(H5Ovisit(group.id(), H5_INDEX_NAME, H5_ITER_INC, collect_dataset, &paths), "list " + group.path());
  std::vector<std::string> links;
  check(H5Lvisit(group.id(), H5_INDEX_NAME, H5_ITER_INC, collect_link, &links), "list " + group.path());
  for (const std::string& link : links) paths.push_back(described_link(group, link));
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace trawl::h5
