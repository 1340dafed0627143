#pragma once

namespace trawl {

/// SIGINT, SIGTERM, SIGUSR1 and SIGHUP (not under nohup) ask for a clean stop from now on; a second SIGINT
/// ends the process at once (the journal is safe all the same). SIGPIPE is ignored: a reader of our output
/// that leaves must not end a search. Call first in main: until then, and in MPI_Init, the signals would kill
/// the rank.
void install_stop_signals();

/// Has one of them come?
bool stop_requested();

}  // namespace trawl
