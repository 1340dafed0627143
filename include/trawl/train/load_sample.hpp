#pragma once

#include <cstdint>
#include <optional>

#include "trawl/data/prepared_data.hpp"
#include "trawl/nn/perceptron.hpp"

namespace trawl {

/// Puts a sample into one of the network's next rows. Where the network takes non-zeros, the samples must
/// be sparse and stay where they are until it has used them.
void load_sample(const SampleView& samples, std::int64_t sample, std::int64_t row,
                 Perceptron<float>& network);

/// Perceptron's `max_nonzeros` for training on `rows` different ones of these samples at once: empty where
/// they are not sparse.
std::optional<std::int64_t> max_nonzeros(const SampleView& samples, std::int64_t rows);

}  // namespace trawl
