#pragma once

#include <cstdint>

#include "trawl/base/random.hpp"

namespace trawl {

/// Inverted dropout (Srivastava et al., JMLR 15, 2014; the scaling at training time as in
/// Keras): each output is zeroed with probability `rate`, the others are multiplied by
/// 1 / (1 - rate), and so are their slopes. rate in [0, 1); 0 draws nothing.
/// One 32-bit word an output decides: kept where the word is at least rate · 2^32.
/// Shapes: outputs, slopes [n].
template <class Scalar>
void apply_dropout(double rate, RandomStream& stream, std::int64_t n, Scalar* outputs, Scalar* slopes);

}  // namespace trawl
