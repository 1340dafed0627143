"""How far a run is, seen from outside without asking it: for chaos.py, to aim its faults and to time them."""

import time

from journal_events import Journal

PHASES = ("start", "preparing data", "training", "publishing", "finishing", "between runs", "command")


class Watch:
    """One start of the command. `n_trials`: those that its study has to finish."""

    def __init__(self, run, results, n_trials):
        self.run, self.results, self.n_trials = run, results, n_trials
        self.journal = Journal(results)
        self.journal.look()
        self.segments_before = set(self.journal.segments())
        self.data_before = set(self.data_files())
        self.started_at = time.monotonic()
        self.begun = False

    def data_files(self):
        try:
            return list(self.run.temporary.glob("trawl-*/data*"))
        except FileNotFoundError:  # a folder has gone while it was looked into
            return []

    def look(self):
        self.journal.look()
        self.begun = self.begun or any(path not in self.segments_before for path in self.journal.segments())

    def seconds(self):
        return time.monotonic() - self.started_at

    def phase(self):
        if any(path not in self.data_before for path in self.data_files()):
            return "preparing data"
        if not self.begun:
            return "start"
        if len(self.journal.finished) >= self.n_trials:
            return "finishing"
        if any(self.results.parent.glob(self.results.name + ".tmp.*")):
            return "publishing"
        return "training"
