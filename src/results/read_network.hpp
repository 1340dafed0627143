#pragma once

#include "trawl/h5/file.hpp"
#include "trawl/study/identity.hpp"
#include "trawl/study/trial.hpp"

namespace trawl {

/// The arrays of a network, layer after layer.
NetworkWeights read_weights(const h5::Group& group);

/// Throws StoreError where its columns differ in length.
FeatureScaling read_scaling(const h5::Group& group);

}  // namespace trawl
