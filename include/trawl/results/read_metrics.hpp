#pragma once

#include "trawl/h5/file.hpp"
#include "trawl/study/metric.hpp"

namespace trawl {

/// The metrics of /epochs, in the order of the program's table. Files of schema 1 say neither order nor
/// directions: their columns are the perceptron's, by name. Throws StoreError for a direction that is none.
MetricTable read_metrics(const h5::Group& epochs);

}  // namespace trawl
