// Lists what bends the sums of a layer.
#include "trawl/nn/activation.hpp"

#include <fmt/format.h>

#include "trawl/base/error.hpp"
#include "trawl/nn/relu.hpp"
#include "trawl/nn/sigmoid.hpp"
#include "trawl/nn/tanh.hpp"

namespace trawl {

const std::vector<const Activation*>& activations() {
  static const std::vector<const Activation*> kAll = {
      &relu_activation(),
      &tanh_activation(),
      &sigmoid_activation(),
  };
  return kAll;
}

const Activation& activation_called(std::string_view word) {
  for (const Activation* activation : activations()) {
    if (word == activation->word) return *activation;
  }
  TRAWL_CHECK(false, "activation {}", word);
  return *activations().front();
}

std::vector<std::string> activation_words() {
  std::vector<std::string> words;
  for (const Activation* activation : activations()) words.emplace_back(activation->word);
  return words;
}

void activate(const Activation& activation, const float* bias, std::int64_t rows, std::int64_t width,
              float* z, float* slopes) {
  activation.in_float(bias, rows, width, z, slopes);
}
void activate(const Activation& activation, const double* bias, std::int64_t rows, std::int64_t width,
              double* z, double* slopes) {
  activation.in_double(bias, rows, width, z, slopes);
}

template <class Scalar>
void add_bias(const Scalar* bias, std::int64_t rows, std::int64_t width, Scalar* z) {
  for (std::int64_t row = 0; row < rows; ++row, z += width) {
    for (std::int64_t i = 0; i < width; ++i) z[i] += bias[i];
  }
}

template void add_bias(const float*, std::int64_t, std::int64_t, float*);
template void add_bias(const double*, std::int64_t, std::int64_t, double*);

}  // namespace trawl
