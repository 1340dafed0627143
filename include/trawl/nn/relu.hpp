#pragma once

#include "trawl/nn/activation.hpp"

namespace trawl {

/// `activation: relu`: max(0, z); its slope at 0 is 0.
const Activation& relu_activation();

}  // namespace trawl
