#pragma once

#include <string>

namespace trawl {

/// A path as a user means it where no shell has expanded it (`--output=~/x.h5`, a job file). A `~` at its
/// front is the home folder, whatever is there; `./~` is a file of that name. `~name` is the home folder of a
/// user, $NAME and ${NAME} are of the environment, unless the path is there as it stands, seen from `folder`
/// (""; the current one). Throws ConfigError for a variable that is not set or empty, an unknown user, and a
/// folder called ~ that would have to be made.
std::string expanded_path(const std::string& path, const std::string& folder = "");

/// Throws ConfigError if a folder or file called ~ would have to be made for `path`: whoever removes it in a
/// shell loses the home folder.
void refuse_new_tilde(const std::string& path, const std::string& folder = "");

/// Throws ConfigError if a study's name cannot be that of a file in the current folder.
void require_file_name(const std::string& study);

}  // namespace trawl
