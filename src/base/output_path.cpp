// Finds where a file to be written really lies, and whose it is.
#include "trawl/base/output_path.hpp"

#include <array>
#include <cerrno>
#include <deque>
#include <vector>

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trawl/base/disk_file.hpp"
#include "trawl/base/error.hpp"

namespace trawl {
namespace {

bool look_at(const std::string& path, struct stat& info) { return lstat(path.c_str(), &info) == 0; }

std::deque<std::string> parts_of(const std::string& path) {
  std::deque<std::string> parts;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (end > begin) parts.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::string target_of(const std::string& link) {
  std::array<char, 4096> text{};
  const ssize_t n = readlink(link.c_str(), text.data(), text.size());
  if (n <= 0) throw ConfigError(fmt::format("cannot read the link {}: {}", link, system_message(errno)));
  return {text.data(), static_cast<std::size_t>(n)};
}

std::string user_name(uid_t user) {
  struct passwd entry {};
  struct passwd* found = nullptr;
  std::vector<char> buffer(16384);
  const bool known = getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr;
  return known ? fmt::format("{} (user {})", entry.pw_name, user) : fmt::format("user {}", user);
}

// As the kernel has it where fs.protected_symlinks and fs.protected_regular are on.
bool is_foreign(const std::string& path, const struct stat& file) {
  struct stat folder {};
  return is_shared_folder(folder_of(path)) && stat(folder_of(path).c_str(), &folder) == 0 &&
         file.st_uid != geteuid() && file.st_uid != folder.st_uid;
}

void require_own_link(const std::string& link, const struct stat& info) {
  if (!is_foreign(link, info)) return;
  throw ConfigError(
      fmt::format("the link {} belongs to {} in a folder that anybody may write: it is not followed; choose "
                  "another place with -o",
                  link, user_name(info.st_uid)));
}

/// Follows the links of one path, part by part.
class LinkWalk {
 public:
  explicit LinkWalk(const std::string& path) : path_(path), rest_(parts_of(path)) {
    if (path.starts_with('/')) reached_ = "/";
  }

  std::string end() {
    while (!rest_.empty()) {
      const std::string part = rest_.front();
      rest_.pop_front();
      step(part);
    }
    if (n_links_ == 0) return path_;
    return reached_.empty() ? "." : reached_;
  }

 private:
  [[nodiscard]] std::string with(const std::string& part) const {
    return reached_.empty() || reached_.ends_with('/') ? reached_ + part : reached_ + "/" + part;
  }

  void step(const std::string& part) {
    if (part == ".") return;
    if (part == "..") return step_back();
    const std::string next = with(part);
    struct stat info {};
    if (look_at(next, info) && S_ISLNK(info.st_mode)) return follow(next, info);
    reached_ = next;
  }

  // What was reached has no links in it, so its text says where it lies.
  void step_back() {
    const std::size_t slash = reached_.rfind('/');
    const std::string last = slash == std::string::npos ? reached_ : reached_.substr(slash + 1);
    if (reached_ == "/") return;
    if (last.empty() || last == "..")
      reached_ = with("..");
    else
      reached_ = slash == std::string::npos ? "" : slash == 0 ? "/" : reached_.substr(0, slash);
  }

  void follow(const std::string& link, const struct stat& info) {
    constexpr int kMostLinks = 40;  // as Linux has it
    if (++n_links_ > kMostLinks) {
      throw ConfigError(fmt::format(
          "{} leads in a circle of links: make the link {} right, or name another file", path_, link));
    }
    require_own_link(link, info);
    const std::string target = target_of(link);
    if (target.starts_with('/')) reached_ = "/";
    const std::deque<std::string> parts = parts_of(target);
    rest_.insert(rest_.begin(), parts.begin(), parts.end());
  }

  std::string path_;
  std::deque<std::string> rest_;
  std::string reached_;
  int n_links_ = 0;
};

/// A file on the way, in which no folder can be made.
void require_folders(const std::string& path) {
  for (std::size_t end = path.find('/', 1); end < path.size(); end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    struct stat info {};
    if (stat(part.c_str(), &info) != 0) return;
    if (!S_ISDIR(info.st_mode)) {
      throw ConfigError(
          fmt::format("{}: {} is a file, not a folder; choose another place with -o", path, part));
    }
  }
}

[[noreturn]] void fail_foreign(const std::string& path, const struct stat& info) {
  const char* what = S_ISLNK(info.st_mode) ? "is a link that" : "is there and";
  throw StoreError(
      fmt::format("{} {} belongs to {}, in a folder that anybody may write: it is left as it is; ask for its "
                  "removal, or choose another place with -o",
                  path, what, user_name(info.st_uid)));
}

}  // namespace

std::string followed_links(const std::string& path) { return LinkWalk(path).end(); }

std::string results_path(const std::string& path) {
  std::string target = followed_links(path);
  const std::string named = target == path ? path : fmt::format("{} (a link to {})", path, target);
  require_folders(target);
  struct stat info {};
  const bool is_there = stat(target.c_str(), &info) == 0;
  if (path.ends_with('/') || (is_there && S_ISDIR(info.st_mode)))
    throw ConfigError(fmt::format("{} is a folder; name a file in it", named));
  if (is_there && !S_ISREG(info.st_mode))
    throw ConfigError(fmt::format("{} is a pipe or a device, not a file; name another one", named));
  return target;
}

bool is_shared_folder(const std::string& folder) {
  struct stat info {};
  return stat(folder.c_str(), &info) == 0 && (info.st_mode & S_ISVTX) != 0 && (info.st_mode & S_IWOTH) != 0;
}

bool is_others(const std::string& path) {
  struct stat info {};
  return look_at(path, info) && is_foreign(path, info);
}

void require_ours(const std::string& path) {
  struct stat info {};
  if (!look_at(path, info) || !is_shared_folder(folder_of(path))) return;
  if (is_foreign(path, info)) fail_foreign(path, info);
}

void make_own_file(const std::string& path, unsigned mode) {
  require_ours(path);
  if (unlink(path.c_str()) != 0 && errno != ENOENT) fail_system("remove", path, errno);
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
  if (descriptor < 0) fail_system("create", path, errno);
  ::close(descriptor);
}

void make_own_folder(const std::string& path) {
  const mode_t mode = is_shared_folder(folder_of(path)) ? 0700 : 0777;
  if (mkdir(path.c_str(), mode) == 0) return;
  if (errno != EEXIST) fail_system("make the folder", path, errno);
  require_ours(path);
}

}  // namespace trawl
