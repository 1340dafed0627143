"""The programs that answer how fast they train: training_bench, and bench_training.py for PyTorch.

Both live as long as the part and are asked by turns, so that what is compared was measured within seconds."""

import os
import subprocess

from bench_part import HERE, check, peer_python

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
SECONDS, QUICK_SECONDS = 1.0, 0.02


class SpeedMeter:
    """A program that answers each line with a number."""

    def __init__(self, part, *command):
        self._seconds = QUICK_SECONDS if part.quick else SECONDS
        self._program = subprocess.Popen(
            [*map(str, command), str(part.images)],
            env={**os.environ, **ONE_THREAD},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, question):
        self._program.stdin.write(f"{self._seconds} {question}\n")
        self._program.stdin.flush()
        answer = self._program.stdout.readline()
        check(answer, f"{self._program.args}: no answer to '{question}'")
        return float(answer)

    def close(self):
        self._program.stdin.close()
        self._program.wait()


def our_meter(part):
    return SpeedMeter(part, part.build / "tests" / "bench" / "training_bench")


def pytorch_meter(part):
    """None where PyTorch is missing."""
    python = peer_python("torch")
    return SpeedMeter(part, python, HERE / "bench_training.py") if python else None
