#pragma once

#include <cstdint>
#include <string>

namespace trawl {

/// Name of this machine; "unknown" where the system does not tell.
std::string host_name();

/// Bytes of memory that this machine has, used or not; the largest number where the system does not tell.
std::uint64_t memory_bytes();

/// Equal in two processes that see each other under the same pids: same machine since the same
/// start, same pid namespace. "" where the system does not tell.
std::string process_space();

}  // namespace trawl
