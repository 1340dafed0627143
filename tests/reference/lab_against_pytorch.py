#!/usr/bin/env python3
"""Holds the lab's results against PyTorch's curves of the same models.

    python3 tests/reference/lab_against_pytorch.py CURVES.jsonl optimizers.h5 regularization.h5

CURVES.jsonl has one JSON object a model: `model`, `epochs` and `curve`, an epoch a row of
[training loss, validation loss, training accuracy, validation accuracy]; losses with the penalty.

Of every model's last five epochs, averaged over the repeats:
- the validation accuracy is within 0.5 percentage points of PyTorch's (8 for batch gradient
  descent, which is far from converged after 50 updates: it shows the initial weights);
- where two models' validation losses differ by more than 0.05 with PyTorch, they stand in the same
  order here. Not held against it is RMSProp, whose ε PyTorch has outside the root: its loss of
  0.42 after 50 epochs on MNIST becomes 0.226 (accuracy 0.9795) with ε inside, as here.
Exit code 0 if all of it holds, 1 if not, 2 if a model is missing.
"""

import itertools
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
import analysis  # noqa: E402

LAST_EPOCHS = 5
MAX_ACCURACY_DIFFERENCE = 0.005
MAX_BATCH_GRADIENT_DESCENT_DIFFERENCE = 0.08
CLEAR_LOSS_DIFFERENCE = 0.05
OTHER_FORMULA = "RMSProp"

# The lab's names of PyTorch's models. "bs16" is none of the lab's.
MODELS = {
    "batch_gd": "Batch gradient descent",
    "sgd": "Stochastic (batch size 1)",
    "minibatch_gd": "Mini-batch (32)",
    "lr_decay": "Mini-batch + decay",
    "momentum_decay": "Mini-batch + decay + momentum",
    "adam": "Adam",
    "rmsprop": "RMSProp",
    "l2": "L2",
    "dropout02": "Dropout 0.2",
    "dropout03": "Dropout 0.3",
    "dropout05": "Dropout 0.5",
    "early": "Early stopping",
    "batchnorm": "Batch normalization",
}


def pytorch_levels(path):
    """{model: (validation accuracy, validation loss)}, means of the last epochs."""
    levels = {}
    for line in Path(path).read_text().splitlines():
        curve = json.loads(line)
        last = curve["curve"][-LAST_EPOCHS:]
        if curve["model"] in MODELS:
            levels[MODELS[curve["model"]]] = (sum(row[3] for row in last) / len(last), sum(row[1] for row in last) / len(last))
    return levels


def trawl_levels(paths):
    """{model: (validation accuracy, validation loss, lowest, highest accuracy of the repeats)}"""
    levels = {}
    for path in paths:
        trials, epochs = analysis.load(path)
        complete = trials[trials.state == "complete"]
        for name, rows in complete.groupby("name", sort=False):
            last = [epochs[epochs.trial == trial].tail(LAST_EPOCHS) for trial in rows.number]
            accuracies = [repeat.val_accuracy.mean() for repeat in last]
            loss = sum(repeat.val_loss.mean() for repeat in last) / len(last)
            levels.setdefault(name, (sum(accuracies) / len(accuracies), loss, min(accuracies), max(accuracies)))
    return levels


def print_accuracies(reference, ours):
    """Prints a line a model; the number of those too far off."""
    failures = 0
    print(f"{'model':32} {'PyTorch':>8} {'Trawl':>8} {'range':>17} {'points':>7}   {'loss':>7} {'loss':>7}")
    for name, (accuracy, loss) in reference.items():
        level, our_loss, low, high = ours[name]
        batch = name == "Batch gradient descent"
        allowed = MAX_BATCH_GRADIENT_DESCENT_DIFFERENCE if batch else MAX_ACCURACY_DIFFERENCE
        close = abs(level - accuracy) <= allowed
        failures += not close
        verdict = "" if close else "  TOO FAR"
        print(
            f"{name:32} {accuracy:8.4f} {level:8.4f} {low:8.4f}-{high:.4f}  {100 * (level - accuracy):+7.2f}   "
            f"{loss:7.4f} {our_loss:7.4f}{verdict}"
        )
    return failures


def print_order(reference, ours):
    """Prints the pairs of models whose losses stand in the other order; how many of them count."""
    clear = [
        (worse, better)
        for worse, better in itertools.permutations(reference, 2)
        if reference[worse][1] - reference[better][1] > CLEAR_LOSS_DIFFERENCE
    ]
    swapped = [pair for pair in clear if ours[pair[0]][1] <= ours[pair[1]][1]]
    for worse, better in swapped:
        why = " (another formula)" if OTHER_FORMULA in (worse, better) else ""
        print(f"OTHER ORDER: the validation loss of {worse} is above that of {better} with PyTorch, not here{why}")
    print(f"validation losses: {len(clear) - len(swapped)} of {len(clear)} clearly different pairs in PyTorch's order")
    return sum(OTHER_FORMULA not in pair for pair in swapped)


def main():
    if len(sys.argv) < 3 or sys.argv[1] in ("-h", "--help"):
        print(__doc__)
        return 2
    reference, ours = pytorch_levels(sys.argv[1]), trawl_levels(sys.argv[2:])
    missing = [name for name in reference if name not in ours]
    if missing:
        print("no complete trial of: " + ", ".join(missing), file=sys.stderr)
        return 2
    failures = print_accuracies(reference, ours) + print_order(reference, ours)
    print("within PyTorch's levels" if failures == 0 else f"{failures} differences")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
