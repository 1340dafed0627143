// Finds out what lies where `trawl init` was pointed.
#include "trawl/app/found_data.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "trawl/base/error.hpp"
#include "trawl/base/log.hpp"
#include "trawl/base/text.hpp"
#include "trawl/data/csv_cells.hpp"
#include "trawl/data/csv_columns.hpp"
#include "trawl/data/csv_layout.hpp"
#include "trawl/data/csv_table.hpp"
#include "trawl/data/file_kind.hpp"
#include "trawl/data/hdf5_names.hpp"
#include "trawl/data/idx_names.hpp"
#include "trawl/data/input_file.hpp"
#include "trawl/h5/file.hpp"
#include "trawl/run/guarded_data.hpp"

namespace trawl {
namespace {

namespace fs = std::filesystem;
using Paths = std::vector<fs::path>;

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// "optdigits" of optdigits.csv.gz.
std::string stem(const fs::path& path) {
  std::string name = path.filename().string();
  return name.substr(0, std::max<std::size_t>(name.find('.', 1), 1));
}

bool ends_with(const fs::path& path, const std::string& ending) {
  const std::string name = path.filename().string();
  return name.size() > ending.size() && name.compare(name.size() - ending.size(), ending.size(), ending) == 0;
}
bool is_table(const fs::path& path) { return ends_with(path, ".csv") || ends_with(path, ".csv.gz"); }
/// What may hold a table, and has to be unpacked or written anew first.
bool is_packed_name(const fs::path& path) {
  static constexpr std::array kEndings = {".zip", ".7z",  ".rar",  ".tar",     ".gz",      ".tgz",
                                          ".bz2", ".xz",  ".zst",  ".parquet", ".feather", ".xlsx",
                                          ".npz", ".npy", ".arff", ".json",    ".jsonl",   ".pkl"};
  return std::any_of(kEndings.begin(), kEndings.end(), [&](const char* e) { return ends_with(path, e); });
}
bool is_hdf5_name(const fs::path& path) { return ends_with(path, ".h5") || ends_with(path, ".hdf5"); }

Paths files_in(const fs::path& folder) {
  Paths files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

template <class Condition>
Paths those(const Paths& files, const Condition& condition) {
  Paths some;
  std::copy_if(files.begin(), files.end(), std::back_inserter(some), condition);
  return some;
}

/// A study of train.csv has the name of its folder.
std::string study_name(const fs::path& path) {
  fs::path whole = fs::absolute(path).lexically_normal();
  if (!whole.has_filename()) whole = whole.parent_path();
  std::string name = stem(whole);
  const bool is_part = name == "train" || name == "training" || name == "data";
  if (is_part && whole.parent_path().has_filename()) name = stem(whole.parent_path());
  for (char& c : name) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
    if (!is_plain) c = '-';
  }
  return name;
}

/// The table of test rows beside that of the training rows: test.csv, mnist_test.csv; "" if there is none.
std::string test_table_beside(const fs::path& train) {
  std::string name = train.filename().string();
  const std::size_t at = name.rfind("train");
  if (at == std::string::npos) return "";
  for (const std::string word : {"training", "train"}) {
    if (name.compare(at, word.size(), word) != 0) continue;
    const fs::path test = train.parent_path() / std::string(name).replace(at, word.size(), "test");
    if (fs::exists(test)) return test.string();
  }
  return "";
}

std::string names_of(const std::vector<CsvColumn>& columns) {
  CsvCells names;
  for (const CsvColumn& column : columns) names.emplace_back(column.name);
  return list_names(names);
}

/// How the job file names a column: by its name, or by its number where it has none of its own.
std::string column_text(const std::vector<CsvColumn>& columns, std::size_t i) {
  const std::string& name = columns[i].name;
  const auto n = std::count_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; });
  return name.empty() || n > 1 || parse_index(name) || !is_printable(name) ? fmt::format("{}", i) : name;
}

void find_label(const std::string& given, FoundData& found) {
  const std::string& path = found.data.train.table;
  std::string& label = found.data.label_column;
  label = given;
  if (!given.empty()) return;  // read_csv() says what is wrong with it
  const std::vector<CsvColumn> columns = look_at_csv(path, "");
  const std::optional<std::size_t> likely = likely_label(columns);
  if (!likely) {
    throw ConfigError(fmt::format(
        "{}: no column looks like labels; name it by --label COLUMN, {}", path,
        columns[0].name.empty() ? fmt::format("0 to {}", columns.size() - 1) : names_of(columns)));
  }
  label = column_text(columns, *likely);
  found.label_note = columns[*likely].name.empty()
                         ? fmt::format("guessed: column {} of {}, from 0", *likely, columns.size())
                         : "guessed by its name";
}

/// Leaves out a table of test rows that has no labels, as competitions give it.
void leave_out_unlabelled_test(FoundData& found) {
  std::string& test = found.data.test.table;
  if (test.empty()) return;
  const std::string& label = found.data.label_column;
  CsvTable rows(found.data.train.table);
  CsvTable test_rows(test);
  if (!rows.next() || !test_rows.next()) return;
  const CsvCells& names = rows.cells();
  const CsvCells& test_names = test_rows.cells();
  const std::optional<std::size_t> index = parse_index(label);
  const bool has_names = has_header(rows, label) && has_header(test_rows, "");
  const std::string_view name = !index ? label : *index < names.size() ? names[*index] : std::string_view();
  const bool lacks_name =
      has_names && !name.empty() && std::find(test_names.begin(), test_names.end(), name) == test_names.end();
  const bool is_narrower = !has_names && test_names.size() + 1 == names.size();
  if (!lacks_name && !is_narrower) return;
  log_warning("{}: has no column of labels ({}), so no network can be tested on it; left out", test, label);
  test.clear();
}

/// Columns that are no features: of words that name the rows, and without a cell.
void exclude_no_features(FoundData& found) {
  const std::string& path = found.data.train.table;
  const std::string& label = found.data.label_column;
  CsvTable table(path);
  if (!table.next()) return;
  const CsvLayout layout = layout_of(table, {label, {}});
  const std::vector<CsvColumn> columns = look_at_csv(path, label);
  for (const std::size_t i : layout.features) {
    const bool is_feature = !columns[i].is_empty() && !columns[i].names_rows();
    if (!is_feature) found.data.exclude.push_back(layout.key_of(i));
  }
  if (found.data.exclude.size() == layout.features.size()) found.data.exclude.clear();
}

FoundData table_at(const fs::path& train, const std::string& label) {
  FoundData found;
  found.data.source = "csv";
  found.data.train.table = train.string();
  found.data.test.table = test_table_beside(train);
  found.name = study_name(train);
  find_label(label, found);
  leave_out_unlabelled_test(found);
  exclude_no_features(found);
  return found;
}

FoundData hdf5_at(const fs::path& path) {
  FoundData found;
  found.data.source = "hdf5";
  found.data.file = path.string();
  found.name = study_name(path);
  const std::string file = path.string();
  const auto names = guarded_data<Hdf5Datasets>(file, [&file] { return find_hdf5_datasets(file); });
  found.data.train_features = names.train_features;
  found.data.train_labels = names.train_labels;
  found.data.test_features = names.test_features;
  found.data.test_labels = names.test_labels;
  return found;
}

FoundData idx_set_at(const fs::path& folder, const IdxSet& set) {
  FoundData found;
  found.data.source = "idx";
  found.name = study_name(folder);
  const IdxFiles& files = set.files;
  if (files.test_images.empty() != files.test_labels.empty()) {
    const std::string& lone = files.test_images.empty() ? files.test_labels : files.test_images;
    log_warning("{}: left out: there are no {} of it; fetch them for test rows", lone,
                files.test_images.empty() ? "images" : "labels");
  } else if (set.prefix.empty()) {
    found.data.directory = folder.string();
    return found;
  }
  found.data.train = {files.train_images, files.train_labels};
  const bool has_test = !files.test_images.empty() && !files.test_labels.empty();
  if (has_test) found.data.test = {files.test_images, files.test_labels};
  return found;
}

/// Those in the folder that can be trained on.
std::vector<IdxSet> idx_sets_in(const fs::path& folder) {
  std::vector<IdxSet> sets = find_idx_sets(folder.string());
  sets.erase(std::remove_if(sets.begin(), sets.end(),
                            [](const IdxSet& s) {
                              return s.files.train_images.empty() || s.files.train_labels.empty();
                            }),
             sets.end());
  return sets;
}

/// The set of MNIST's own names, or the only one; none if there is none.
std::optional<FoundData> idx_in(const fs::path& folder) {
  const std::vector<IdxSet> sets = idx_sets_in(folder);
  for (const IdxSet& set : sets) {
    if (set.prefix.empty() || sets.size() == 1) return idx_set_at(folder, set);
  }
  if (sets.empty()) return std::nullopt;
  throw DataError(fmt::format("{}: holds several IDX sets: {}; name a file of one: trawl init {}",
                              folder.string(), list_idx_sets(sets),
                              shell_path(sets.back().files.train_images)));
}

/// The set that the file belongs to.
FoundData idx_of(const fs::path& file) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const std::optional<std::string> prefix = idx_prefix(file.filename().string());
  const std::vector<IdxSet> sets = idx_sets_in(folder);
  for (const IdxSet& set : sets) {
    if (prefix != set.prefix) continue;
    FoundData found = idx_set_at(folder, set);
    const std::size_t end = set.prefix.find_last_not_of("-_.");
    if (end != std::string::npos) found.name = study_name(folder / set.prefix.substr(0, end + 1));
    return found;
  }
  throw DataError(fmt::format(
      "{}: an IDX file, but the files of images and labels that belong to it cannot be told in {}; "
      "copy jobs/mnist-random.yaml and name them by train: {{images: FILE, labels: FILE}}",
      file.string(), folder.string()));
}

[[noreturn]] void fail_folder(const fs::path& folder, const Paths& some) {
  std::vector<std::string> names;
  for (const fs::path& path : some) names.push_back(path.filename().string());
  constexpr std::size_t kShown = 6;
  const bool are_many = names.size() > kShown;
  names.resize(std::min(names.size(), kShown));
  throw DataError(
      names.empty()
          ? fmt::format("{}: holds no IDX files, no .csv and no .h5; name the file that holds the data",
                        folder.string())
          : fmt::format("{}: holds {}{}; name the one with the training rows", folder.string(),
                        fmt::join(names, ", "), are_many ? ", ..." : ""));
}

FoundData found_in(const fs::path& folder, const std::string& label) {
  const Paths files = files_in(folder);
  if (std::optional<FoundData> found = idx_in(folder)) return *std::move(found);
  const Paths tables = those(files, is_table);
  const Paths training =
      those(tables, [](const fs::path& p) { return holds(p.filename().string(), "train"); });
  const Paths others = those(files, is_hdf5_name);
  if (training.size() == 1) return table_at(training.front(), label);
  if (tables.size() == 1 && others.empty()) return table_at(tables.front(), label);
  if (others.size() == 1 && tables.empty()) return hdf5_at(others.front());
  if (tables.empty() && others.empty()) {
    for (const fs::path& file : files) {
      if (is_packed_name(file)) refuse_foreign(file.string());
    }
  }
  Paths all = tables;
  all.insert(all.end(), others.begin(), others.end());
  fail_folder(folder, all);
}

bool is_idx(const std::string& path) {
  InputFile file(path);
  std::array<unsigned char, 3> magic{};
  return file.read(magic.data(), magic.size()) == magic.size() && magic[0] == 0 && magic[1] == 0 &&
         magic[2] == 8;
}

FoundData found_at(const fs::path& path, const std::string& label) {
  if (fs::is_directory(path)) return found_in(path, label);
  const fs::path packed = path.string() + ".gz";
  if (!fs::exists(path) && fs::is_regular_file(packed)) return found_at(packed, label);
  const InputFile readable(path.string());  // throws if it is not
  if (h5::File::is_hdf5(path.string())) return hdf5_at(path);
  return is_idx(path.string()) ? idx_of(path) : table_at(path, label);
}

}  // namespace

FoundData find_data(const std::string& path, const std::string& label_column) {
  if (!is_printable(path)) {
    throw ConfigError(fmt::format("{}: a name with control characters, which no job file may hold; rename it",
                                  shown(path)));
  }
  fs::path there = fs::path(path).lexically_normal();
  if (!there.has_filename()) there = there.parent_path();  // "data/"
  FoundData found = found_at(there, label_column);
  if (label_column.empty() || found.data.source == "csv") return found;
  throw ConfigError(
      fmt::format("--label is for CSV tables, and {} is of source: {}", path, found.data.source));
}

}  // namespace trawl
