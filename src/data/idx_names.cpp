// Finds IDX files that belong together by their names.
#include "trawl/data/idx_names.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <iterator>

#include "trawl/base/error.hpp"

namespace trawl {
namespace {

namespace fs = std::filesystem;

/// What a file name says of an IDX file.
struct NameParts {
  std::string prefix;
  bool is_test = false;
  bool are_labels = false;
};

/// None where the name says nothing of the kind.
std::optional<NameParts> parts_of(const std::string& name) {
  std::string lower = name;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto place = [&](const char* word) { return lower.rfind(word); };
  const std::size_t train = place("train");
  const std::size_t test = std::min(place("t10k"), place("test"));
  const std::size_t labels = place("labels");
  const std::size_t images = place("images");
  const std::size_t part = train != std::string::npos ? train : test;
  const std::size_t kind = std::min(labels, images);
  const bool is_idx = place("ubyte") != std::string::npos || place("idx") != std::string::npos;
  const bool says = is_idx && part != std::string::npos && kind != std::string::npos;
  if (!says) return std::nullopt;
  return NameParts{name.substr(0, std::min(part, kind)), train == std::string::npos,
                   labels != std::string::npos};
}

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    std::error_code ignored;
    if (!entry.is_directory(ignored)) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());  // x-idx3-ubyte before x-idx3-ubyte.gz and x.idx3-ubyte
  return names;
}

std::string& file_for(const NameParts& parts, IdxFiles& files) {
  if (parts.is_test) return parts.are_labels ? files.test_labels : files.test_images;
  return parts.are_labels ? files.train_labels : files.train_images;
}

[[noreturn]] void fail_without(const std::string& directory, const std::string& name) {
  throw DataError(
      fmt::format("{}: holds no file {} or {}.gz; put it there, or name the files by `train:` "
                  "and `test:`",
                  directory, name, name));
}

void check_whole(const std::string& directory, const IdxSet& set) {
  const IdxFiles& files = set.files;
  if (files.train_images.empty()) fail_without(directory, set.prefix + "train-images-idx3-ubyte");
  if (files.train_labels.empty()) fail_without(directory, set.prefix + "train-labels-idx1-ubyte");
  if (files.test_images.empty() == files.test_labels.empty()) return;
  const bool is_t10k = set.prefix.empty();
  fail_without(directory, fmt::format("{}{}-{}-ubyte", set.prefix, is_t10k ? "t10k" : "test",
                                      files.test_images.empty() ? "images-idx3" : "labels-idx1"));
}

}  // namespace

std::vector<IdxSet> find_idx_sets(const std::string& directory) {
  std::vector<IdxSet> sets;
  for (const std::string& name : names_in(directory)) {
    const std::optional<NameParts> parts = parts_of(name);
    if (!parts) continue;
    auto set =
        std::find_if(sets.begin(), sets.end(), [&](const IdxSet& s) { return s.prefix == parts->prefix; });
    if (set == sets.end()) set = sets.insert(sets.end(), {parts->prefix, {}});
    std::string& file = file_for(*parts, set->files);
    if (file.empty()) file = (fs::path(directory) / name).string();
  }
  return sets;
}

std::optional<std::string> idx_prefix(const std::string& file_name) {
  const std::optional<NameParts> parts = parts_of(file_name);
  return parts ? std::optional(parts->prefix) : std::nullopt;
}

IdxFiles find_idx_files(const std::string& directory) {
  std::error_code error;
  if (!fs::is_directory(directory, error)) {
    throw DataError(
        fmt::format("{}: no such folder; set data.directory to the one that holds the IDX files", directory));
  }
  std::vector<IdxSet> sets = find_idx_sets(directory);
  if (sets.empty()) sets.emplace_back();
  const auto plain = std::find_if(sets.begin(), sets.end(), [](const IdxSet& s) { return s.prefix.empty(); });
  if (plain == sets.end() && sets.size() > 1) {
    throw DataError(fmt::format(
        "{}: holds several IDX sets: {}; name the files of one by data.train: {{images: FILE, labels: FILE}}",
        directory, list_idx_sets(sets)));
  }
  const IdxSet& set = plain != sets.end() ? *plain : sets.front();
  check_whole(directory, set);
  return set.files;
}

std::string list_idx_sets(const std::vector<IdxSet>& sets) {
  constexpr std::size_t kShown = 8;
  std::vector<std::string> names;
  std::transform(sets.begin(), sets.end(), std::back_inserter(names),
                 [](const IdxSet& set) { return set.prefix + "*"; });
  names.resize(std::min(names.size(), kShown));
  return fmt::format("{}{}", fmt::join(names, ", "), sets.size() > kShown ? ", ..." : "");
}

}  // namespace trawl
