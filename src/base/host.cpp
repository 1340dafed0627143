#include "trawl/base/host.hpp"

#include <array>
#include <fstream>

#include <unistd.h>

namespace trawl {

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

std::string process_space() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string boot;
  std::array<char, 64> space{};
  const bool known =
      std::getline(file, boot) && readlink("/proc/self/ns/pid", space.data(), space.size() - 1) > 0;
  return known ? boot + " " + space.data() : "";
}

}  // namespace trawl
