// Trawl's own program, the perceptron, with one more optimizer.
#include "quasi_hyperbolic.hpp"
#include <trawl/app/program.hpp>

trawl::Program digits() {
  trawl::add_optimizer(quasi_hyperbolic_kind(), {{.name = "nu", .initial = 0.7, .high = 1.0}});
  return trawl::perceptron_program();
}

int main(int argc, char** argv) { return trawl::main_with(argc, argv, digits); }
