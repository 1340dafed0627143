"""How well the cluster was used: busy and idle time of the workers, and where the idle time went."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..schema import CUT_SHORT, FINISHED
from .reading import seconds_since_1970

LANES = 64  # ranks drawn one by one
BARS = 4_000  # trials drawn one by one; more are summed up in BINS
BINS = 400


@dataclass(frozen=True)
class Cluster:
    """Seconds over all workers and starts. busy: training; start: until a worker's first trial; master: from there to its last
    trial's end without training: what master, messages and starting of processes cost; tail: after a worker's last trial,
    until the last worker's.
    sessions: how many starts; lost: rows of /workers that were lost; wall: from first start to last end, pauses left out."""

    workers: int
    sessions: int
    busy: float
    start: float
    master: float
    tail: float
    wall: float
    lost: pd.DataFrame
    problem: str = ""

    @property
    def total(self):
        return self.busy + self.start + self.master + self.tail

    @property
    def utilisation(self):
        return self.busy / self.total if self.total > 0 else 0.0

    def share(self, seconds):
        return seconds / self.total if self.total > 0 else 0.0


def used_cluster(results):
    lanes = trainings(results)
    lost = results.study.workers[results.study.workers.lost_at.notna()]
    if lanes.empty:
        return Cluster(0, 0, 0, 0, 0, 0, 0, lost, "No trial has finished.")
    # The seconds of a trial are those of all its legs, its bar is the last one.
    parts = [one_session(rows, start, bool(results.pruner)) for start, rows in lanes.groupby("session_start")]
    busy, start, master, tail, wall = map(sum, zip(*parts))
    return Cluster(lanes["rank"].nunique(), len(parts), busy, start, master, tail, wall, lost)


def trainings(results):
    """Every trial's last attempt, with a pruner its last leg: number, rank, begin and end in s since 1970, state, and the start that it belongs to."""
    ended = results.trials[results.trials.state.isin({*FINISHED, *CUT_SHORT}) & (results.trials["rank"] >= 0)]
    lanes = pd.DataFrame(
        {
            "number": ended.number,
            "rank": ended["rank"],
            "state": ended.state,
            "begin": seconds_since_1970(ended.started_at),
            "end": seconds_since_1970(ended.finished_at),
            "seconds": ended.seconds,
        }
    ).dropna()
    starts = np.sort(results.study.starts.started_at.dropna().to_numpy(float))
    if len(starts):
        place = np.clip(np.searchsorted(starts, lanes.begin, side="right") - 1, 0, len(starts) - 1)
        lanes["session_start"] = np.minimum(starts[place], lanes.begin)
        lanes["session_start"] = lanes.groupby(place).session_start.transform("min")
    else:
        lanes["session_start"] = lanes.begin.min()
    return lanes.sort_values(["rank", "begin", "number"], ignore_index=True)


def one_session(rows, start, has_legs):
    """(busy, start, master, tail, wall) of one start of the search. A trial is handed out before it begins where short ones travel
    together, and may have trained in an earlier start too."""
    ranks = rows.groupby("rank")
    first, last = ranks.begin.min(), ranks.end.max()
    before, after = (first - start).sum(), (last.max() - last).sum()
    whole = (last - first).sum()
    busy = min(rows.seconds.sum(), whole) if has_legs else np.minimum(rows.seconds, rows.end - rows.begin).sum()
    between = max(whole - busy, 0.0)
    return busy, before, between, after, rows.end.max() - start


def timeline(results):
    """For the page: lanes of bars, or where there are too many trials the busy share of each rank in equal bins."""
    lanes = trainings(results)
    if lanes.empty:
        return None
    zero, end = float(min(lanes.session_start.min(), lanes.begin.min())), float(lanes.end.max())
    ranks = sorted(lanes["rank"].unique().tolist())
    shown = ranks[:LANES]
    lanes = lanes[lanes["rank"].isin(shown)]
    answer = {"ranks": shown, "n_ranks": len(ranks), "seconds": end - zero, "bars": None, "bins": None}
    answer["starts"] = sorted(round(s - zero, 2) for s in results.study.starts.started_at.dropna() if zero <= s <= end)
    answer["lost"] = [
        [int(row.rank), round(row.lost_at - zero, 2)]
        for row in results.study.workers[["rank", "lost_at"]].dropna().itertuples(index=False)
        if row.rank in shown
    ]
    if len(lanes) <= BARS:
        answer["bars"] = [
            [shown.index(row.rank), round(row.begin - zero, 3), round(row.end - zero, 3), int(row.number), row.state]
            for row in lanes.itertuples()
        ]
    else:
        answer["bins"] = [busy_bins(lanes[lanes["rank"] == rank], zero, end) for rank in shown]
    return answer


def busy_bins(rows, zero, end):
    """The percentage of each bin in which the rank trained."""
    edges = np.linspace(zero, max(end, zero + 1e-6), BINS + 1)
    begin, finish = rows.begin.to_numpy(), rows.end.to_numpy()
    done = np.concatenate([[0.0], np.cumsum(finish - begin)])

    def busy_until(moment):
        whole = np.searchsorted(finish, moment, side="right")
        part = np.where(whole < len(begin), moment - begin[np.minimum(whole, len(begin) - 1)], 0.0)
        return done[whole] + np.clip(part, 0.0, None)

    share = np.diff(busy_until(edges)) / np.diff(edges)
    return np.clip(100 * share, 0, 100).round().astype(int).tolist()
