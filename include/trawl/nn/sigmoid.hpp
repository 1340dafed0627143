#pragma once

#include "trawl/nn/activation.hpp"

namespace trawl {

/// `activation: sigmoid`: 1 / (1 + e^-z).
const Activation& sigmoid_activation();

}  // namespace trawl
