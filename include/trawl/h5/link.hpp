#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trawl/h5/file.hpp"

namespace trawl::h5 {

/// Where a path leads, once the soft and external links on it are followed.
struct Target {
  /// dangling: a link on the way leads to what is not there.
  enum class Kind : std::uint8_t { nothing, dataset, group, other, dangling };
  Kind kind = Kind::nothing;
  std::string link;  ///< of a dangling one: "train is a link to part-0.h5:/train"
};
Target follow(const Group& root, const std::string& path);

/// What stands below a group, for messages: the paths of its data sets, "train/images", sorted; of what only
/// a link leads to with where it leads, "x_train -> /raw/images".
std::vector<std::string> list_datasets(const Group& group);

}  // namespace trawl::h5
