#pragma once

#include <string>

namespace trawl {

/// Name of this machine; "unknown" where the system does not tell.
std::string host_name();

/// Equal in two processes that see each other under the same pids: same machine since the same
/// start, same pid namespace. "" where the system does not tell.
std::string process_space();

}  // namespace trawl
