// Holds the times, in seconds, on which several modules must agree.
#pragma once

namespace trawl {

/// While a trial is trained the master hears from its worker at least so often: that is how a stop reaches a
/// worker that no signal reached.
inline constexpr double kBeatSeconds = 1.0;
/// The master looks so often who is silent; of the time between two looks it counts no more than
/// kLongestTick: all ranks may have been suspended.
inline constexpr double kTickSeconds = 1.0;
inline constexpr double kLongestTick = 1.5;
static_assert(kLongestTick > kTickSeconds, "else silence would be counted too short");
/// A process that a signal can reach has ended so long after SIGKILL. Its worker says nothing meanwhile.
inline constexpr double kKillSeconds = 1.0;
/// The least value of cluster.heartbeat_timeout.
inline constexpr double kShortestHeartbeatTimeout = 3.0;
static_assert(kShortestHeartbeatTimeout >= kBeatSeconds + kKillSeconds + kTickSeconds,
              "a worker that is well is never lost, nor one that says why it leaves");
static_assert(kShortestHeartbeatTimeout >= 2 * kLongestTick, "one look that comes late loses no worker");
/// So many times heartbeat_timeout a trial may wait for its checkpoint's file: as long as a file server that
/// fails over may take. The meaning of that key says so, too.
inline constexpr double kFilePatience = 3.0;
static_assert(kFilePatience * kShortestHeartbeatTimeout > kBeatSeconds + kKillSeconds);

/// What is trained has so long to finish an update and to keep a checkpoint when the study stops.
inline constexpr double kGraceSeconds = 5.0;
/// The master waits so long for the goodbyes of workers when the study stops.
inline constexpr double kGoodbyeSeconds = 15.0;
static_assert(kGoodbyeSeconds > kBeatSeconds + kGraceSeconds + kKillSeconds,
              "a worker hears of the stop by its beat, and then its trial has its grace");
/// Checkpoints, the last reports and the last version of the results need so long at the end: a time limit
/// is taken for so much less.
inline constexpr double kMarginSeconds = 15.0;
static_assert(kMarginSeconds >= kGoodbyeSeconds);
/// A worker that is asked to stop waits so long for a master that does not answer.
inline constexpr double kStopPatience = 20.0;
static_assert(kStopPatience > kGoodbyeSeconds, "a master that waits for others is not given up");
/// So long it waits else, or kMasterPatienceTimes heartbeat_timeout if that is longer: a master that stores
/// on a slow file system answers late.
inline constexpr double kMasterPatience = 60.0;
inline constexpr double kMasterPatienceTimes = 2.0;
static_assert(kMasterPatience > kStopPatience);
static_assert(kMasterPatienceTimes > 1.0, "a worker that is silent as long as its master is lost before");

/// The master shows trawl-mpirun a sign of life so often, unless it has not come round for kSignPatience.
inline constexpr double kSignSeconds = 10.0;
inline constexpr double kSignPatience = 60.0;
/// trawl-mpirun ends a run without a sign for so long (by default); one that was asked to stop, after
/// kMpirunStop, or earlier if it has shown no sign for kMpirunStopSilence. tests/house compares.
inline constexpr double kMpirunSilence = 300.0;
inline constexpr double kMpirunStop = 120.0;
inline constexpr double kMpirunStopSilence = 25.0;
static_assert(kMpirunSilence > kSignPatience + 2 * kSignSeconds, "a master that is busy is left in peace");
static_assert(kMpirunSilence > kMasterPatience, "workers leave a master that hangs before they are ended");
static_assert(kMpirunStopSilence > 2 * kSignSeconds, "one sign may be lost");
static_assert(kMpirunStopSilence > kStopPatience,
              "workers leave a master that is gone before they are ended");
static_assert(kMpirunStop > kMpirunStopSilence + kGoodbyeSeconds);

}  // namespace trawl
