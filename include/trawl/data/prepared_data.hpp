#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "trawl/base/nonzero.hpp"

namespace trawl {

/// Samples that somebody else owns. Shapes: features [rows, n_features], row-major;
/// labels [rows], each in [0, n_classes). Both start at multiples of 64 bytes.
/// Where is_sparse(), the features stand there a second time, without their zeros.
struct SampleView {
  const float* features = nullptr;
  const std::int32_t* labels = nullptr;
  std::int64_t rows = 0;
  std::int64_t n_features = 0;
  const std::int64_t* row_starts = nullptr;  ///< [rows + 1], in nonzeros
  const Nonzero<float>* nonzeros = nullptr;  ///< row by row, columns ascending

  [[nodiscard]] bool is_sparse() const { return row_starts != nullptr; }
  /// Requires is_sparse().
  [[nodiscard]] std::span<const Nonzero<float>> nonzeros_of(std::int64_t row) const {
    return {nonzeros + row_starts[row], nonzeros + row_starts[row + 1]};
  }
};

/// Where at least so many of the training features are exactly 0, the prepared file holds the non-zeros
/// of all parts beside the features, and training goes by them. So the path is the data's, on every
/// machine and rank. MNIST: 0.81.
constexpr double kSparseShare = 0.5;

/// A prepared file, mapped read-only and shared: all processes of a node that open it use
/// the same memory. The file may be unlinked while it is open. Views live as long as this
/// object. Safe to read from any number of threads.
class PreparedData {
 public:
  /// Throws DataError if the file is missing, cut short or not a prepared file of this version.
  explicit PreparedData(const std::string& path);
  PreparedData(PreparedData&& other) noexcept;
  PreparedData& operator=(PreparedData&& other) noexcept;
  PreparedData(const PreparedData&) = delete;
  PreparedData& operator=(const PreparedData&) = delete;
  ~PreparedData();

  [[nodiscard]] SampleView train() const { return part(0); }
  [[nodiscard]] SampleView validation() const { return part(1); }
  /// Without rows if there is no test data.
  [[nodiscard]] SampleView test() const { return part(2); }
  [[nodiscard]] std::int64_t n_features() const;
  [[nodiscard]] std::int64_t n_classes() const;
  /// Over the shapes, features and labels of all parts, after split and scaling.
  [[nodiscard]] std::uint64_t hash() const;

 private:
  [[nodiscard]] SampleView part(std::size_t index) const;

  std::byte* bytes_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace trawl
