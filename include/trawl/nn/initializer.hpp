#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "trawl/base/random.hpp"

namespace trawl {

/// Weights of a layer of `inputs` x `outputs`, by Keras 3 (VarianceScaling in
/// keras/src/initializers/random_initializers.py), with v = 2 / (inputs + outputs) for glorot
/// (Glorot and Bengio, AISTATS 2010) and v = 2 / inputs for he (He et al., ICCV 2015):
///   *_uniform  uniform in [-√(3v), √(3v))
///   *_normal   normal of standard deviation √v / 0.87962566103423978, redrawn where it is
///              beyond two of them. The constant is the deviation of a unit normal cut at ±2, so
///              that v is the variance after the cut.
enum class Initializer : std::uint8_t { glorot_uniform, glorot_normal, he_uniform, he_normal };

/// Their words in job files, in that order.
std::vector<std::string> initializer_words();
/// Requires one of these.
Initializer initializer_called(std::string_view word);

/// Draws weights [inputs, outputs] in row-major order.
template <class Scalar>
void initialize(Initializer initializer, std::int64_t inputs, std::int64_t outputs, RandomStream stream,
                Scalar* weights);

}  // namespace trawl
