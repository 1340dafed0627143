// Brings learning curves into order, on several cores.
#include "trawl/results/sorted_epochs.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <system_error>
#include <thread>

#include "trawl/archive/bytes.hpp"
#include "trawl/h5/chunk.hpp"
#include "trawl/results/columns.hpp"

namespace trawl {
namespace {

using h5::Dataset;
using h5::Group;

constexpr std::int64_t kElementBytes = 8;  // of all columns of /epochs
constexpr std::int64_t kBlock = EpochOrder::kBlock;
static_assert(kBlock % kEpochChunkRows == 0);

struct SortedColumn {
  std::string name;
  Dataset source;
  Dataset target;
  std::string block;                // of the target: whole chunks
  std::vector<std::string> chunks;  // of the block
  std::uint32_t sum = 0;
};

// Only one thread may read and write: for more of them it has not work enough.
constexpr std::size_t kMostThreads = 16;

/// Calls work(i) for every 0 <= i < n, on several cores.
template <class Work>
void for_each_on_several_cores(std::size_t n, Work work) {
  std::atomic<std::size_t> next = 0;
  const auto run = [&] {
    for (std::size_t i = next++; i < n; i = next++) work(i);
  };
  std::vector<std::future<void>> others;
  const std::size_t n_threads = std::min<std::size_t>({n, std::thread::hardware_concurrency(), kMostThreads});
  try {
    for (std::size_t i = 1; i < n_threads; ++i) others.push_back(std::async(std::launch::async, run));
  } catch (const std::system_error&) {  // no more threads to be had: then fewer do it
  }
  run();
  for (std::future<void>& other : others) other.get();
}

template <class T>
void fill_block(SortedColumn& column, std::int64_t begin, const std::vector<std::int64_t>& targets,
                std::int64_t first, std::int64_t rows) {
  const std::vector<T> values = column.source.read<T>(begin, static_cast<std::int64_t>(targets.size()));
  std::vector<T> block(static_cast<std::size_t>(rows));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::int64_t place = targets[i] - first;
    if (place >= 0 && place < rows) block[static_cast<std::size_t>(place)] = values[i];
  }
  column.block.assign(reinterpret_cast<const char*>(block.data()), block.size() * sizeof(T));
  column.sum = crc32c(column.block, column.sum);
}

class EpochSorter {
 public:
  EpochSorter(const Group& from, const EpochOrder& order, Group& to)
      : order_(order), chunk_rows_(std::min(kEpochChunkRows, std::max<std::int64_t>(order.rows(), 1))) {
    const h5::ColumnLayout layout{order.rows(), false, kEpochChunkRows, true, {}};
    for (const std::string& name : from.names()) {
      Dataset source = from.dataset(name);
      Dataset target = to.create_column_like(name, source, layout);
      columns_.push_back({name, std::move(source), std::move(target), {}, {}, 0});
    }
  }

  void write(Sums& sums) {
    for (std::int64_t first = 0; first < order_.rows(); first += kBlock) {
      read_block(first);
      filter_block();
      write_block(first);
    }
    for (SortedColumn& column : columns_) {
      column.target.close();
      sums[std::string(schema::kEpochs) + "/" + column.name] = column.sum;
    }
  }

 private:
  void read_block(std::int64_t first) {
    const auto [begin, end] = order_.source(first / kBlock);
    const std::vector<std::int64_t> targets = order_.targets(begin, end - begin);
    const std::int64_t rows = std::min(kBlock, order_.rows() - first);
    n_chunks_ = static_cast<std::size_t>((rows + chunk_rows_ - 1) / chunk_rows_);
    for (SortedColumn& column : columns_) {
      if (column.source.element() == h5::Element::float64)
        fill_block<double>(column, begin, targets, first, rows);
      else
        fill_block<std::int64_t>(column, begin, targets, first, rows);
      column.block.resize(n_chunks_ * chunk_bytes());
      column.chunks.resize(n_chunks_);
    }
  }

  void filter_block() {
    for_each_on_several_cores(columns_.size() * n_chunks_, [this](std::size_t i) {
      SortedColumn& column = columns_[i / n_chunks_];
      const std::size_t chunk = i % n_chunks_;
      const auto bytes = std::string_view(column.block).substr(chunk * chunk_bytes(), chunk_bytes());
      column.chunks[chunk] = h5::filtered_chunk(bytes, kElementBytes);
    });
  }

  void write_block(std::int64_t first) {
    for (SortedColumn& column : columns_) {
      std::int64_t row = first;
      for (const std::string& chunk : column.chunks) {
        column.target.write_chunk(row, chunk);
        row += chunk_rows_;
      }
    }
  }

  [[nodiscard]] std::size_t chunk_bytes() const {
    return static_cast<std::size_t>(chunk_rows_ * kElementBytes);
  }

  const EpochOrder& order_;
  std::int64_t chunk_rows_;
  std::size_t n_chunks_ = 0;  // of the block
  std::vector<SortedColumn> columns_;
};

}  // namespace

EpochOrder::EpochOrder(const Group& trials, const Group& epochs)
    : trial_(epochs.dataset(schema::epochs::kTrial.name)),
      epoch_(epochs.dataset(schema::epochs::kEpoch.name)) {
  for (const std::int64_t n : trials.dataset(schema::trials::kNEpochs.name).read<std::int64_t>()) {
    first_.push_back(rows_);
    rows_ += n;
  }
  if (trial_.rows() != rows_) {
    throw StoreError(fmt::format("{} has {} rows, the trials have {}", epochs.path(), trial_.rows(), rows_));
  }
  find_sources();
}

std::vector<std::int64_t> EpochOrder::targets(std::int64_t first, std::int64_t count) const {
  std::vector<std::int64_t> targets = trial_.read<std::int64_t>(first, count);
  const std::vector<std::int64_t> epochs = epoch_.read<std::int64_t>(first, count);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    targets[i] = first_.at(static_cast<std::size_t>(targets[i])) + epochs[i];
  }
  return targets;
}

void EpochOrder::find_sources() {
  sources_.assign(static_cast<std::size_t>((rows_ + kBlock - 1) / kBlock), {rows_, 0});
  for (std::int64_t first = 0; first < rows_; first += kBlock) {
    std::int64_t row = first;
    for (const std::int64_t target : targets(first, std::min(kBlock, rows_ - first))) {
      auto& [begin, end] = sources_.at(static_cast<std::size_t>(target / kBlock));
      begin = std::min(begin, row);
      end = std::max(end, ++row);
    }
  }
}

void write_sorted_epochs(const Group& from, const EpochOrder& order, Group& to, Sums& sums) {
  EpochSorter(from, order, to).write(sums);
}

}  // namespace trawl
