"""A search of 64 random trials (jobs/mnist-random.yaml) by three ranks on two cores, against Optuna with two processes
of PyTorch on the same two cores: seconds from the call to the end, and the best val_accuracy.

By turns: ours, then the peer on the points that ours drew, so that both train the same networks on the same mini-batch
sizes as often. search_peer.py says how the peer is written."""

import json
import os
import subprocess
import time

import h5py

from bench_part import HERE, check, main, peer_python, say, use_two_cores
from speeds import ONE_THREAD

WORKERS = 2
FASTER = ">= 5"
AS_ACCURATE = ">= -0.3"  # ours minus the peer's, in points


def our_search(part, seed, trials, epochs):
    """(seconds, best accuracy in %, what the peer has to do)"""
    start = time.monotonic()
    results = part.search(
        WORKERS + 1, f"search{seed}.h5", search__n_trials=trials, search__seed=seed, training__epochs=epochs
    )
    seconds = time.monotonic() - start
    with h5py.File(results) as file:
        space = json.loads(file["study/space"][()])
        columns = {name: dataset[:].tolist() for name, dataset in file["trials/parameters"].items()}
        best = 100 * file["trials/objective"][:].max()
    points = [dict(zip(columns, values)) for values in zip(*columns.values())]
    return seconds, best, {"images": str(part.images), "epochs": epochs, "space": space, "points": points}


def peer_search(part, python, seed, task):
    """(seconds, best accuracy in %)"""
    folder = part.folder / f"peer{seed}"
    folder.mkdir()
    (folder / "task.json").write_text(json.dumps(task))
    command = [python, HERE / "search_peer.py", folder]
    subprocess.run([*command, "prepare"], check=True)
    start = time.monotonic()
    environment = {**os.environ, **ONE_THREAD}
    workers = [
        subprocess.Popen([*command, "work"], env=environment, stdout=subprocess.PIPE, text=True) for _ in range(WORKERS)
    ]
    try:
        outputs = [worker.communicate()[0] for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
    seconds = time.monotonic() - start
    check(all(worker.returncode == 0 for worker in workers), "a process of the peer failed")
    done = [value for output in outputs for value in json.loads(output)]
    say(f"Optuna: {len(done)} trials in {seconds:.1f} s")
    return seconds, 100 * max(done)


def measure(part):
    trials, epochs = (4, 1) if part.quick else (64, 5)
    python = peer_python("torch", "optuna")
    if not use_two_cores():
        say("there is one core only: both sides share it")
    ours, peers = [], []
    for seed in range(1, part.repeats + 1):
        *mine, task = our_search(part, seed, trials, epochs)
        say(f"trawl: {trials} trials in {mine[0]:.1f} s")
        ours.append(mine)
        if python:
            peers.append(peer_search(part, python, seed, task))
    (seconds, best), (peer_seconds, peer_best) = zip(*ours), zip(*peers) if peers else ((), ())
    what = f"s for {trials} trials x {epochs} epochs, two cores | Optuna, PyTorch"
    part.row(what, seconds, peer_seconds, [b / a for a, b in zip(seconds, peer_seconds)], FASTER)
    what = "best val_accuracy of these, % | the same; difference"
    part.row(what, best, peer_best, [a - b for a, b in zip(best, peer_best)], AS_ACCURATE)


main(measure, __doc__, repeats=2)
