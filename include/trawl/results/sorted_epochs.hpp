#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "trawl/h5/file.hpp"

namespace trawl {

/// The CRC-32C of every column's bytes, by path in the file, as they were written.
using Sums = std::map<std::string, std::uint32_t>;

/// Where each row of /epochs goes: trial after trial, each from its epoch 0 on.
class EpochOrder {
 public:
  static constexpr std::int64_t kBlock = 1 << 16;  ///< rows in memory at once

  /// Throws StoreError if /epochs has not the rows that the trials have.
  EpochOrder(const h5::Group& trials, const h5::Group& epochs);

  [[nodiscard]] std::int64_t rows() const { return rows_; }
  /// The rows of the source that hold the block of the target: [first, second).
  [[nodiscard]] std::pair<std::int64_t, std::int64_t> source(std::int64_t block) const {
    return sources_.at(static_cast<std::size_t>(block));
  }
  /// The places of `count` rows of the source.
  [[nodiscard]] std::vector<std::int64_t> targets(std::int64_t first, std::int64_t count) const;

 private:
  void find_sources();

  h5::Dataset trial_;
  h5::Dataset epoch_;
  std::vector<std::int64_t> first_;  // by trial
  std::int64_t rows_ = 0;
  std::vector<std::pair<std::int64_t, std::int64_t>> sources_;  // by block of the target
};

/// Writes the columns of /epochs to `to`, sorted and compressed (on several cores). Adds their sums.
void write_sorted_epochs(const h5::Group& from, const EpochOrder& order, h5::Group& to, Sums& sums);

}  // namespace trawl
