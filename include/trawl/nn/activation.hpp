#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace trawl {

/// What the program has to know of an activation. Each one's stands in a file of its own; activations() lists
/// them, and nothing else names an activation by its word.
struct Activation {
  /// Adds the bias and applies the function f in place: z = f(z + bias). NaN stays NaN.
  /// Where `slopes` is not null it becomes f'(z + bias).
  /// Shapes: z, slopes [rows, width]; bias [width]. All aligned to kBufferAlignment.
  template <class Scalar>
  using Apply = void(const Scalar* bias, std::int64_t rows, std::int64_t width, Scalar* z, Scalar* slopes);

  const char* word;  ///< in job files: "relu"
  Apply<float>* in_float;
  Apply<double>* in_double;
};

/// All activations, in the order in which messages and documents name them.
const std::vector<const Activation*>& activations();
/// The one that job files call so. Requires one of activation_words().
const Activation& activation_called(std::string_view word);
/// "relu", "tanh", ...
std::vector<std::string> activation_words();

/// As Activation::Apply says.
void activate(const Activation& activation, const float* bias, std::int64_t rows, std::int64_t width,
              float* z, float* slopes);
void activate(const Activation& activation, const double* bias, std::int64_t rows, std::int64_t width,
              double* z, double* slopes);

/// z += bias, row by row.
/// Shapes: z [rows, width]; bias [width].
template <class Scalar>
void add_bias(const Scalar* bias, std::int64_t rows, std::int64_t width, Scalar* z);

}  // namespace trawl
