// Keeps in memory what the disk may still lose.
#include "trawl/journal/kept_records.hpp"

#include <string_view>
#include <utility>

namespace trawl {
namespace {

constexpr std::size_t kBlockBytes = 1UL << 20;
// A batch that begins in a block ends there: most are smaller than this.
constexpr std::size_t kSlackBytes = 1UL << 16;
// As many as are ever kept, unless a disk is full.
constexpr std::size_t kMaxSpare = 128;

}  // namespace

std::string& KeptRecords::begin_batch() {
  if (blocks_.empty() || blocks_.back().bytes.size() >= kBlockBytes) {
    blocks_.push_back({end_, {}});
    if (!spare_.empty()) {
      blocks_.back().bytes = std::move(spare_.back());
      spare_.pop_back();
    } else {
      blocks_.back().bytes.reserve(kBlockBytes + kSlackBytes);
    }
  }
  return blocks_.back().bytes;
}

void KeptRecords::end_batch(std::uint64_t next_sequence) {
  end_ = blocks_.back().begin + blocks_.back().bytes.size();
  batches_.push_back({end_, next_sequence});
}

void KeptRecords::write_to(DiskFile& file) {
  std::size_t i = blocks_.size();
  while (i > 0 && blocks_[i - 1].begin > written_) --i;
  for (i = i > 0 ? i - 1 : 0; i < blocks_.size(); ++i) {
    std::string_view rest = std::string_view(blocks_[i].bytes).substr(written_ - blocks_[i].begin);
    const std::size_t size = rest.size();
    try {
      file.write_front(rest);
    } catch (const StoreError&) {
      count_written(size - rest.size());
      throw;
    }
    count_written(size);
  }
}

void KeptRecords::count_written(std::uint64_t bytes) {
  written_ += bytes;
  while (n_whole_ < batches_.size() && batches_[n_whole_].end <= written_) ++n_whole_;
}

void KeptRecords::write_again() {
  written_ = begin_;
  n_whole_ = 0;
}

std::uint64_t KeptRecords::drop_before(std::uint64_t sequence) {
  const std::uint64_t before = begin_;
  for (; n_whole_ > 0 && batches_.front().next_sequence <= sequence; --n_whole_) {
    begin_ = batches_.front().end;
    batches_.pop_front();
  }
  while (!blocks_.empty() && blocks_.front().begin + blocks_.front().bytes.size() <= begin_) {
    blocks_.front().bytes.clear();
    if (spare_.size() < kMaxSpare) spare_.push_back(std::move(blocks_.front().bytes));
    blocks_.pop_front();
  }
  return begin_ - before;
}

}  // namespace trawl
