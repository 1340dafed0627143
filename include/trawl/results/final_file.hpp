#pragma once

#include <string>

namespace trawl {

/// Writes `target` from the published file `source`: /epochs sorted by (trial, epoch), columns
/// compressed, paused trials pruned, complete = true; closes it, and compares what it then reads with what
/// was written. Memory: a few blocks of rows, if trials were run roughly in order. Throws StoreError,
/// NoRoomError on a full disk.
void write_final_file(const std::string& source, const std::string& target);

}  // namespace trawl
