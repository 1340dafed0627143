#pragma once

namespace trawl::bench {

/// GFLOP/s (two a multiply-add) of float32 multiply-adds between registers, measured for about so many
/// seconds on this thread: what no product of matrices can exceed.
double multiply_add_peak(double seconds);

}  // namespace trawl::bench
