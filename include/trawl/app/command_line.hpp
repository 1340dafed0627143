#pragma once

namespace trawl {

/// The whole program: reads the command line, runs the verb, turns what it throws into a
/// message on stderr and an exit code.
int run_command_line(int argc, char** argv);

}  // namespace trawl
