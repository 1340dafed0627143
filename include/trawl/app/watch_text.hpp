#pragma once

#include <string>
#include <vector>

#include "trawl/app/progress_text.hpp"
#include "trawl/results/study_tables.hpp"

namespace trawl {

/// How far the search was when its file was published. The speed is that of the last start.
ProgressFigures figures_of(const StudyTables& study);

/// "complete", "running" or "stopped (exit code 75)", by what the file says: a search that was killed
/// counts as running.
std::string run_state(const StudyTables& study);

/// "14:03:12 warning: trial 5 attempt 1 failed ..."
std::string message_text(const MessageLogged& message);

/// What `status --watch` shows on a terminal, line by line; the last messages take what is left of `height`.
/// `now`: seconds since 1970.
std::vector<std::string> watch_screen(const StudyTables& study, double now, std::size_t height);

}  // namespace trawl
