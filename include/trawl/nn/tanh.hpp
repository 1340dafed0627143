#pragma once

#include "trawl/nn/activation.hpp"

namespace trawl {

/// `activation: tanh`: tanh z.
const Activation& tanh_activation();

}  // namespace trawl
