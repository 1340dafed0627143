// Writes the file that will be mapped.
#include "trawl/data/write_prepared.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <limits>
#include <span>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "trawl/base/error.hpp"
#include "trawl/base/nonzero.hpp"
#include "trawl/data/content_hash.hpp"
#include "trawl/data/prepared_data.hpp"
#include "trawl/data/prepared_format.hpp"

namespace trawl {
namespace {

constexpr std::size_t kWriteBytes = std::size_t{1} << 20;

/// A file under a temporary name beside `path`; gone again unless publish() was reached.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& path) : path_(path), name_(fmt::format("{}.{}", path, getpid())) {
    file_ = open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file_ < 0) fail("create");
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (file_ >= 0) close(file_);
    if (!published_) unlink(name_.c_str());
  }

  void write_at(std::size_t offset, const void* bytes, std::size_t n) {
    const auto* p = static_cast<const char*>(bytes);
    while (n > 0) {
      const ssize_t written = pwrite(file_, p, n, static_cast<off_t>(offset));
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) fail("write");
      p += written;
      n -= static_cast<std::size_t>(written);
      offset += static_cast<std::size_t>(written);
    }
  }
  /// The file's length; what was not written reads as zero.
  void set_size(std::size_t size) {
    if (ftruncate(file_, static_cast<off_t>(size)) != 0) fail("extend");
  }
  void publish() {
    const int file = file_;
    file_ = -1;
    if (close(file) != 0) fail("close");
    if (rename(name_.c_str(), path_.c_str()) != 0) fail("rename");
    published_ = true;
  }

 private:
  [[noreturn]] void fail(const char* action) const {
    throw StoreError(fmt::format(
        "{}: cannot {} the file of prepared data: {}; make room in that folder, or choose another one "
        "by the environment variable TMPDIR",
        name_, action, system_message(errno)));
  }
  std::string path_;
  std::string name_;
  int file_ = -1;
  bool published_ = false;
};

void check_finite(const Selection& part, const Scaling& scaling, std::int64_t row, const float* features) {
  const std::int64_t columns = part.table->columns;
  const auto* bad = std::find_if(features, features + columns, [](float x) { return !std::isfinite(x); });
  if (bad == features + columns) return;
  const std::int64_t column = bad - features;
  throw DataError(fmt::format(
      "{}, {}: the value is {}", place_of_label(*part.table, row), name_of_feature(*part.table, column),
      scaling.leaves(static_cast<std::size_t>(column))
          ? "beyond float32; correct it or set scaling: standard"
          : "too far from those of the other rows to be scaled; correct it or set scaling: none"));
}

/// visit(features, rows) for the scaled rows, a chunk of them at a time.
template <class Visit>
void for_each_chunk(const Selection& part, const Scaling& scaling, const Visit& visit) {
  if (part.size() == 0) return;
  const std::int64_t columns = part.table->columns;
  const std::size_t row_bytes = static_cast<std::size_t>(columns) * sizeof(float);
  const auto chunk_rows = static_cast<std::int64_t>(std::max<std::size_t>(1, kWriteBytes / row_bytes));
  std::vector<float> chunk(static_cast<std::size_t>(chunk_rows * columns));
  for (std::int64_t first = 0; first < part.size(); first += chunk_rows) {
    const std::int64_t n = std::min(chunk_rows, part.size() - first);
    const std::span<const std::int64_t> rows(&part.rows[static_cast<std::size_t>(first)],
                                             static_cast<std::size_t>(n));
    scaling.apply(*part.table, rows, chunk.data());
    const float* features = chunk.data();
    for (const std::int64_t row : rows) {
      check_finite(part, scaling, row, features);
      features += columns;
    }
    visit(chunk.data(), n);
  }
}

/// Returns how many of the features are not 0.
std::int64_t write_features(TemporaryFile& file, std::size_t offset, const Selection& part,
                            const Scaling& scaling, ContentHash& hash) {
  std::int64_t nonzeros = 0;
  for_each_chunk(part, scaling, [&](const float* features, std::int64_t rows) {
    const std::int64_t n = rows * part.table->columns;
    const std::size_t bytes = static_cast<std::size_t>(n) * sizeof(float);
    hash.add(features, bytes);
    file.write_at(offset, features, bytes);
    offset += bytes;
    nonzeros += std::count_if(features, features + n, [](float x) { return x != 0.0F; });
  });
  return nonzeros;
}

void write_nonzeros(TemporaryFile& file, std::size_t starts_offset, std::size_t offset, const Selection& part,
                    const Scaling& scaling) {
  std::vector<std::int64_t> starts = {0};
  std::vector<Nonzero<float>> nonzeros;
  for_each_chunk(part, scaling, [&](const float* features, std::int64_t rows) {
    nonzeros.clear();
    const std::int64_t before = starts.back();
    for (std::int64_t row = 0; row < rows; ++row, features += part.table->columns) {
      for (std::int32_t column = 0; column < part.table->columns; ++column) {
        if (features[column] != 0.0F) nonzeros.push_back({column, features[column]});
      }
      starts.push_back(before + std::ssize(nonzeros));
    }
    const std::size_t bytes = nonzeros.size() * sizeof nonzeros[0];
    file.write_at(offset, nonzeros.data(), bytes);
    offset += bytes;
  });
  file.write_at(starts_offset, starts.data(), starts.size() * sizeof starts[0]);
}

void write_labels(TemporaryFile& file, std::size_t offset, const Selection& part, ContentHash& hash) {
  std::vector<std::int32_t> labels;
  labels.reserve(part.rows.size());
  for (const std::int64_t row : part.rows) {
    labels.push_back(part.table->labels[static_cast<std::size_t>(row)]);
  }
  const std::size_t bytes = labels.size() * sizeof labels[0];
  hash.add(labels.data(), bytes);
  file.write_at(offset, labels.data(), bytes);
}

PreparedHeader header_for(const PreparedContent& content) {
  PreparedHeader header;
  header.rows = {content.train.size(), content.validation.size(), content.test.size()};
  header.n_features = content.train.table->columns;
  header.n_classes = content.n_classes;
  TRAWL_CHECK(counts_possible(header), "{} columns, {} classes", header.n_features, header.n_classes);
  return header;
}

bool is_sparse(const PreparedHeader& header) {
  const double values = static_cast<double>(header.rows[0]) * static_cast<double>(header.n_features);
  const double zeros = values - static_cast<double>(header.nonzeros[0]);
  return header.n_features <= std::numeric_limits<std::int32_t>::max() && zeros >= kSparseShare * values;
}

}  // namespace

std::uint64_t write_prepared(const std::string& path, const PreparedContent& content) {
  PreparedHeader header = header_for(content);
  PreparedLayout layout = layout_of(header);
  TemporaryFile file(path);
  file.set_size(layout.file_bytes);
  ContentHash hash;
  hash.add(header.rows.data(), sizeof header.rows);
  hash.add(static_cast<std::uint64_t>(header.n_features));
  hash.add(static_cast<std::uint64_t>(header.n_classes));
  const Selection* parts[] = {&content.train, &content.validation, &content.test};
  for (std::size_t i = 0; i < layout.features.size(); ++i) {
    if (parts[i]->size() == 0) continue;
    TRAWL_CHECK(parts[i]->table->columns == header.n_features, "part {}", i);
    header.nonzeros[i] = write_features(file, layout.features[i], *parts[i], content.scaling, hash);
    write_labels(file, layout.labels[i], *parts[i], hash);
  }
  header.sparse = is_sparse(header) ? 1 : 0;
  if (header.sparse == 0) header.nonzeros = {};
  layout = layout_of(header);
  file.set_size(layout.file_bytes);
  for (std::size_t i = 0; header.sparse == 1 && i < layout.nonzeros.size(); ++i) {
    write_nonzeros(file, layout.row_starts[i], layout.nonzeros[i], *parts[i], content.scaling);
  }
  header.content_hash = hash.value();
  header.checksum = checksum_of(header);
  file.write_at(0, &header, sizeof header);
  file.publish();
  return header.content_hash;
}

}  // namespace trawl
