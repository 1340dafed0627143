"""What stands in the journal of a run, read from outside without asking it."""

import struct

MAGIC = b"TRAWLJN4"  # as in include/trawl/journal/journal_record.hpp; other words there need other code here
EVENT, STARTED, EPOCHS, FINISHED, PAUSED = 2, 0, 1, 2, 7


class Journal:
    """Counts what stands in FILE.h5's journal, reading on each time from where it was."""

    def __init__(self, results):
        self.results, self.offsets = results, {}
        self.n_bytes = 0  # of the events of trials
        self.n_events, self.n_epochs, self.finished, self.again = 0, 0, set(), set()
        self.n_pauses = 0
        self.first_event = {}  # segment: offset of its first event of a trial

    def segments(self):
        return sorted(self.results.parent.glob(self.results.name + ".journal.*"))

    def look(self):
        for path in self.segments():
            try:
                with open(path, "rb") as file:
                    self.read(path, file)
            except FileNotFoundError:
                pass

    def read(self, path, file):
        offset = self.offsets.get(path, 0)
        file.seek(offset)
        data = file.read()
        at = 0
        if offset == 0:
            if len(data) < len(MAGIC) + 8:
                return
            if data[: len(MAGIC)] != MAGIC:
                raise RuntimeError(f"{path} begins with {data[:8]}: the journal's format has changed, journal_events.py has not")
            at = len(MAGIC) + 8 + struct.unpack_from("<I", data, len(MAGIC))[0]
        while at + 8 <= len(data):
            end = at + 8 + struct.unpack_from("<I", data, at)[0]
            if end > len(data):
                break
            self.take(path, data[at + 8 : end], offset + at)
            at = end
        if at <= len(data):
            self.offsets[path] = offset + at

    def take(self, path, record, offset):
        if len(record) < 19 or struct.unpack_from("<H", record)[0] != EVENT:
            return
        self.first_event.setdefault(path, offset)
        self.n_bytes += len(record)
        kind, trial = record[10], struct.unpack_from("<q", record, 11)[0]
        if kind == STARTED and trial in self.finished:
            self.again.add(trial)
        if kind in (EPOCHS, FINISHED):
            self.n_events += 1
        if kind == EPOCHS:
            self.n_epochs += struct.unpack_from("<Q", record, 27)[0]
        self.n_pauses += kind == PAUSED
        if kind == FINISHED:
            self.finished.add(trial)
