// Starts the program.
#include "trawl/app/command_line.hpp"
#include "trawl/run/program.hpp"

int main(int argc, char** argv) { return trawl::main_with(argc, argv, trawl::perceptron_program); }
