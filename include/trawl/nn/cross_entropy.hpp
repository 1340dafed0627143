#pragma once

#include <cstdint>

namespace trawl {

/// Sums over samples.
struct BatchSums {
  double cross_entropy = 0.0;
  std::int64_t correct = 0;  ///< the largest logit is the label's; ties: the first class
};

/// Softmax cross-entropy of one mini-batch: -Σ log softmax(logits)[label], with the largest
/// logit subtracted first, so that no finite logit overflows. A logit that is NaN or +inf makes
/// the sum NaN. Overwrites the logits with softmax(logits), and with
/// (softmax(logits) - onehot(label)) · scale where `scale` is not 0: the gradient of
/// scale · Σ by the logits.
/// Shapes: logits [rows, classes], aligned to kBufferAlignment; labels [rows], each in [0, classes).
template <class Scalar>
BatchSums softmax_cross_entropy(const std::int32_t* labels, std::int64_t rows, std::int64_t classes,
                                double scale, Scalar* logits);

}  // namespace trawl
