// Lists all that master, worker and trial say to each other.
#include "trawl/cluster/protocol.hpp"

#include "trawl/archive/bytes.hpp"

namespace trawl {

std::string to_bytes(const FromWorker& message) { return encode_sealed(message); }
std::string to_bytes(const ToWorker& message) { return encode_sealed(message); }
std::string to_bytes(const FromTrial& said) { return encode_sealed(said); }
FromWorker from_worker(std::string_view bytes) { return decode<FromWorker>(unseal(bytes)); }
ToWorker to_worker(std::string_view bytes) { return decode<ToWorker>(unseal(bytes)); }

}  // namespace trawl
