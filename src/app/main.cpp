#include <string_view>

#include "trawl/app/command_line.hpp"
#include "trawl/app/stop_signal.hpp"

int main(int argc, char** argv) {
  // The verbs that have something to lose stop in order; the others just end.
  const std::string_view verb = argc > 1 ? argv[1] : "";
  if (verb == "run" || verb == "train") trawl::install_stop_signals();
  return trawl::run_command_line(argc, argv);
}
