// Puts one row into a network's mini-batch.
#include "trawl/train/load_sample.hpp"

#include <algorithm>

#include "trawl/base/error.hpp"

namespace trawl {

void load_sample(const SampleView& samples, std::int64_t sample, std::int64_t row,
                 Perceptron<float>& network) {
  network.labels()[row] = samples.labels[sample];
  if (network.takes_nonzeros()) {
    TRAWL_CHECK(samples.is_sparse(), "row {} of {}", sample, samples.rows);
    return network.set_nonzeros(row, samples.nonzeros_of(sample));
  }
  std::copy_n(samples.features + sample * samples.n_features, samples.n_features,
              network.features() + row * samples.n_features);
}

std::optional<std::int64_t> max_nonzeros(const SampleView& samples, std::int64_t rows) {
  if (!samples.is_sparse()) return std::nullopt;
  std::int64_t most = 0;
  for (std::int64_t i = 0; i < samples.rows; ++i) {
    most = std::max(most, samples.row_starts[i + 1] - samples.row_starts[i]);
  }
  return std::min(most * rows, samples.row_starts[samples.rows] - samples.row_starts[0]);
}

}  // namespace trawl
