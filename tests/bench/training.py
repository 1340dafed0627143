"""Whole training updates of 784-128-64-10 beside PyTorch's, one thread each, in samples per second.

Measured by turns: ours, PyTorch, ours, PyTorch, ..., a second each; the ratio is of neighbours."""

from bench_part import main
from speeds import our_meter, pytorch_meter

FASTER = {  # at least so many times, by input and batch size; plain sgd
    "dense": {1: 25, 16: 4.5, 32: 3.5, 128: 2, 512: 1.6},
    "images": {1: 60, 16: 8, 32: 6, 128: 3.5, 512: 2.5},
}
OTHER_METHODS = ("adam", "rmsprop", "dropout+l2", "normalized")
FASTER_BY_OTHERS = 3.5


def cases():
    """(input, method, batch size, goal)"""
    for data, goals in FASTER.items():
        for batch, goal in goals.items():
            yield data, "sgd", batch, goal
        for method in OTHER_METHODS:
            yield data, method, 32, FASTER_BY_OTHERS


def measure(part):
    ours, peer = our_meter(part), pytorch_meter(part)
    for data, method, batch, goal in cases():
        question = f"{data} {method} {batch} 128-64"
        mine, theirs = [], []
        for _ in range(part.repeats):
            mine.append(ours.ask(question))
            if peer:
                theirs.append(peer.ask(question))
        what = f"samples/s, {data}, {method}, batch {batch} | PyTorch"
        part.row(what, mine, theirs, [a / b for a, b in zip(mine, theirs)], f">= {goal}")
    ours.close()
    if peer:
        peer.close()


main(measure, __doc__)
