#pragma once

#include <string>

namespace trawl {

/// `trawl status --watch`: looks every `seconds` whether the file at `path` was replaced, and shows what is
/// new: on a terminal drawn again in place, else a line for each change and each message. It opens the
/// published file alone, to read, on any machine that sees it. Waits for a file that is not there yet.
/// Returns 0 when the study is complete, 75 after a stop signal. Throws StoreError for a file that is no
/// results file, or that stays damaged.
int watch_status(const std::string& path, double seconds);

}  // namespace trawl
