#pragma once

#include "trawl/study/program_declaration.hpp"

namespace trawl {

/// What Trawl's own program says of itself: the perceptron's parameters and metrics, what contradicts itself
/// in them, and what is hardly meant.
const ProgramDeclaration& perceptron_declaration();

}  // namespace trawl
