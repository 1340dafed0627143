#pragma once

#include <cstdint>

namespace trawl {

/// relu max(0, z); tanh; sigmoid 1 / (1 + e^-z). NaN stays NaN.
enum class Activation : std::uint8_t { relu, tanh, sigmoid };

/// Adds the bias and applies the activation in place: z = f(z + bias).
/// Where `slopes` is not null it becomes f'(z + bias); relu's slope at 0 is 0.
/// Shapes: z, slopes [rows, width]; bias [width]. All aligned to kBufferAlignment.
template <class Scalar>
void activate(Activation activation, const Scalar* bias, std::int64_t rows, std::int64_t width, Scalar* z,
              Scalar* slopes);

/// z += bias, row by row.
/// Shapes: z [rows, width]; bias [width].
template <class Scalar>
void add_bias(const Scalar* bias, std::int64_t rows, std::int64_t width, Scalar* z);

}  // namespace trawl
