#pragma once

#include <functional>

#include "trawl/run/program.hpp"

namespace trawl {

/// The whole command line: reads it, runs the verb, turns what is thrown into a message on stderr and an exit
/// code. To be called first in main(): `run` forks and starts MPI. `make_program` is called once.
int main_with(int argc, char** argv, const std::function<Program()>& make_program);

}  // namespace trawl
