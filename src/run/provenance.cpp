// Says who runs where, with what.
#include "trawl/run/provenance.hpp"

#include <fstream>
#include <string_view>

#include <unistd.h>

#include "trawl/base/host.hpp"
#include "trawl/run/build_info.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): not every libc declares it

namespace trawl {
namespace {

std::string cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (line.rfind("model name", 0) == 0 && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::string slurm_variables() {
  std::string text;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view entry = *variable;
    if (entry.substr(0, 10) == "SLURM_JWT=") continue;  // a login token
    if (entry.substr(0, 6) == "SLURM_") text += (text.empty() ? "" : " ") + std::string(entry);
  }
  return text;
}

}  // namespace

RunProvenance collect_provenance(int n_ranks, const std::string& command) {
  RunProvenance provenance;
  provenance.host = host_name();
  provenance.pid = getpid();
  provenance.ranks = n_ranks;
  provenance.cpu = cpu_model();
  provenance.build = build_description();
  provenance.versions = library_versions();
  provenance.git_commit = git_commit();
  provenance.command = command;
  provenance.slurm = slurm_variables();
  return provenance;
}

}  // namespace trawl
