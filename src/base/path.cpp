// Expands ~ and $NAME where no shell has done so.
#include "trawl/base/path.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <pwd.h>
#include <unistd.h>

#include "trawl/base/error.hpp"

namespace trawl {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

std::string home_of(const std::string& user, const std::string& path) {
  const char* home = user.empty() ? std::getenv("HOME") : nullptr;
  if (home != nullptr && *home != '\0') return home;
  const passwd* entry = user.empty() ? getpwuid(getuid()) : getpwnam(user.c_str());
  if (entry != nullptr && entry->pw_dir != nullptr && *entry->pw_dir != '\0') return entry->pw_dir;
  throw ConfigError(
      user.empty()
          ? fmt::format("{}: HOME is not set, so ~ is no folder; write the whole path", path)
          : fmt::format("{}: there is no user {}; write the whole path, or ./{} for a file of that name",
                        path, user, path));
}

bool is_name(char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; }

/// The length of the $NAME or ${NAME} at the front of `text`, with its name; 0 if it is none.
std::size_t variable_at(const std::string& text, std::string& name) {
  const bool braced = text.compare(0, 2, "${") == 0;
  const std::size_t first = braced ? 2 : 1;
  const auto end = std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(std::min(first, text.size())),
                                    text.end(), is_name);
  const auto last = static_cast<std::size_t>(end - text.begin());
  if (last <= first || std::isdigit(static_cast<unsigned char>(text[first])) != 0) return 0;
  if (braced && (last == text.size() || text[last] != '}')) return 0;
  name = text.substr(first, last - first);
  return last + (braced ? 1 : 0);
}

/// The length of the folders at the front of `path` that are there by that very name.
std::size_t length_that_is_there(const std::string& path, const std::string& folder) {
  std::size_t length = 0;
  for (std::size_t end = path.find('/'); end != std::string::npos; end = path.find('/', end + 1)) {
    std::error_code error;
    if (end > 0 && !fs::is_directory(fs::path(folder) / path.substr(0, end), error)) break;
    length = end + 1;
  }
  return length;
}

/// `text` with the values of its variables; it is a part of `path`.
std::string with_variables(const std::string& text, const std::string& path) {
  std::string expanded;
  for (std::size_t i = 0; i < text.size();) {
    std::string name;
    const std::size_t length = text[i] == '$' ? variable_at(text.substr(i), name) : 0;
    if (length == 0) {
      expanded += text[i++];
      continue;
    }
    const char* value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') {
      throw ConfigError(
          fmt::format("{}: the environment variable {} is not set; set it, or write the path", path, name));
    }
    expanded += value;
    i += length;
  }
  return expanded;
}

}  // namespace

void refuse_new_tilde(const std::string& path, const std::string& folder) {
  fs::path place = folder;
  for (const fs::path& part : fs::path(path)) {
    place /= part;
    if (part != "~" || is_there(place)) continue;
    throw ConfigError(fmt::format(
        "{}: a folder called ~ is not made; only at the front of a path ~ is the home folder", path));
  }
}

std::string expanded_path(const std::string& path, const std::string& folder) {
  const std::size_t end = path.find('/');
  const bool is_home = path.substr(0, end) == "~";
  if (!is_home && (path.find_first_of("~$") == std::string::npos || is_there(fs::path(folder) / path))) {
    return path;
  }
  const std::size_t kept = is_home ? 0 : length_that_is_there(path, folder);
  std::string expanded = path.substr(0, kept) + with_variables(path.substr(kept), path);
  if (kept == 0 && path[0] == '~') {
    const std::size_t rest = std::min(expanded.find('/'), expanded.size());
    expanded = home_of(expanded.substr(1, rest - 1), path) + expanded.substr(rest);
  }
  refuse_new_tilde(expanded, folder);
  return expanded;
}

void require_file_name(const std::string& study) {
  constexpr std::size_t kMostBytes = 200;  // of 255: results, journal and parts add to it
  const bool is_place = study == "." || study == "..";
  const bool is_plain = !study.empty() && !is_place && study.find('/') == std::string::npos;
  if (is_plain && study.size() <= kMostBytes) return;
  throw ConfigError(
      is_plain
          ? fmt::format("study: a name of {} bytes is too long for that of the results file: {} at most",
                        study.size(), kMostBytes)
          : fmt::format("study: {} is no name of a file: the results are called as the study is; name it "
                        "without /, and the folder by -o",
                        study));
}

}  // namespace trawl
