#pragma once

#include <string>

namespace trawl {

/// Where a file that is to be written really lies: every symbolic link of `path` followed, also one that
/// leads to nothing yet, so that what belongs to the file (lock, journal, checkpoints) lies beside it,
/// whatever name it was given, and stays there if a link is changed meanwhile. A path without links stays as
/// it is. Throws ConfigError where links lead in a circle, or another user's link lies in a folder that
/// anybody may write.
std::string followed_links(const std::string& path);

/// The same for a results file. Throws ConfigError where a folder, a pipe or a device stands under that name.
std::string results_path(const std::string& path);

/// A folder such as /tmp: anybody may write it, and only an owner may remove a file.
bool is_shared_folder(const std::string& folder);

/// True if `path` is another user's file, link or folder in a shared folder. The folder's owner is trusted.
bool is_others(const std::string& path);

/// Throws StoreError that names the owner if `path`, a name that only we should have made, is another user's,
/// or a link, in a shared folder. The owner of the folder is trusted.
void require_ours(const std::string& path);

/// Makes an empty file for us to write, instead of what a killed run of ours left under that name; links are
/// not followed. `mode` as for open(2). Throws StoreError.
void make_own_file(const std::string& path, unsigned mode = 0666);

/// Makes the folder unless it is there; in a shared folder for us alone. Throws StoreError.
void make_own_folder(const std::string& path);

}  // namespace trawl
