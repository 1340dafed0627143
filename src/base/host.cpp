// Says what this machine is, and whose processes can be seen from here.
#include "trawl/base/host.hpp"

#include <array>
#include <fstream>
#include <limits>

#include <unistd.h>

namespace trawl {

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

std::uint64_t memory_bytes() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page_bytes = sysconf(_SC_PAGE_SIZE);
  if (pages <= 0 || page_bytes <= 0) return std::numeric_limits<std::uint64_t>::max();
  return static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_bytes);
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
