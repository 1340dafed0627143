#pragma once

#include <cstdint>
#include <string>

namespace trawl {

/// How far a search is: what its bar, its lines and `status --watch` say.
struct ProgressFigures {
  std::int64_t n_finished = 0;
  std::int64_t n_trials = 0;
  std::int64_t n_failed = 0;
  std::int64_t n_running = 0;
  std::int64_t n_finished_here = 0;  ///< since this start
  double seconds = 0.0;              ///< since this start
  std::string best;                  ///< "val_accuracy 0.98 (trial 3)"; "": none yet
  std::int64_t n_paused = 0;         ///< trials that may go on, or never
  std::int64_t n_legs_here = 0;      ///< legs that have ended since this start
};

/// "12/64 trials (1 failed), best val_accuracy 0.98 (trial 3), 4 running, 9 paused"
std::string counts_text(const ProgressFigures& figures);
/// "2.1 trials/s, 24 s left"; "" until a trial has finished. Where trials are paused it is "40 legs/s":
/// nobody knows how much is left.
std::string speed_text(const ProgressFigures& figures);
/// Both, with a comma between.
std::string progress_text(const ProgressFigures& figures);
/// "[#####...............]"
std::string progress_bar(const ProgressFigures& figures, std::int64_t width = 20);
/// Bar and text in at most so many columns of a terminal: what matters less is left out, then the best is cut
/// short.
std::string progress_line(const ProgressFigures& figures, std::size_t columns);

/// "complete", or "complete, 3 failed": of a study whose trials have all finished.
std::string complete_text(std::int64_t n_failed);

}  // namespace trawl
