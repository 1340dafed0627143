#!/usr/bin/python3
"""Writes samples.txt and cases/*.txt, the numbers that parity_test.cpp holds Trawl to."""

import argparse
import dataclasses
import random
import sys
from pathlib import Path

import torch
from formulas import UPDATES, Case, train
from torch_optimizers import CONFIRMED, RMSPROP_EPSILON, TorchOptimizer

FOLDER = Path(__file__).resolve().parent
ABOUT = """Trains a small perceptron 20 updates a case in float64: gradients from PyTorch's autograd, updates by
the formulas of the headers of include/trawl/nn, confirmed by torch.optim. Needs PyTorch (Debian:
python3-torch), and only this script does: the test reads the committed files. The same machine
writes the same bytes."""
LAYOUT = """# Layout: "NAME COUNT", then COUNT values separated by white space, arrays row by row; # begins a comment line."""
ROWS, FEATURES, HIDDEN, CLASSES = 90, 20, (16, 8), 5
CONFIRMED_TO = 1e-12  # formula against torch.optim, of an array's largest value: rounding of 20 updates is some 1e-15
CHECKED_TO = 1e-10  # another PyTorch or processor may add in another order
MARGIN = 2e-6  # a sum of relu nearer to 0 than float32's error could fall on its other side there

DECAYING = {"schedule": "inverse_time", "decay": 0.1}
CASES = (
    Case("sgd"),
    Case("momentum", "momentum", 0.05, **DECAYING),
    Case("nesterov", "nesterov", 0.05, **DECAYING),
    Case("rmsprop", "rmsprop", 0.005),
    Case("adam", "adam", 0.01),
    Case("l2", l2=0.01),
    Case("inverse_time", **DECAYING),
    Case("exponential", schedule="exponential", rate=0.25, updates=12),
    Case("step", schedule="step", rate=0.5, updates=6),
    Case("cosine", schedule="cosine", floor=0.1, updates=16),
    Case("tanh", activation="tanh"),
    Case("sigmoid", learning_rate=0.5, activation="sigmoid"),
    Case("batch_size_1", learning_rate=0.02, batch_size=1),
    Case("whole_batch", batch_size=ROWS),
    Case("batch_normalization_hidden_1", normalized=(0, 1)),
    Case("batch_normalization_all", "adam", 0.01, normalized=(1, 1), l2=0.01),
    Case("batch_normalization_whole_batch", normalized=(1, 1), batch_size=ROWS),
)


class Samples:
    """What all cases share. Every number is a multiple of 2^-12, which float32 holds exactly."""

    def __init__(self):
        draw = random.Random(1).random  # the one method whose numbers Python promises to keep

        def uniform(rows, columns, low, high):
            grid = [[round((low + (high - low) * draw()) * 4096) / 4096 for _ in range(columns)] for _ in range(rows)]
            return torch.tensor(grid, dtype=torch.float64)

        self.labels = torch.tensor([int(CLASSES * draw()) for _ in range(ROWS)])
        self.features = uniform(CLASSES, FEATURES, -1, 1)[self.labels] + uniform(ROWS, FEATURES, -1.5, 1.5)
        self.features[:, 7] = 0.0  # as the corners of images are
        self.order = [sorted(range(ROWS), key=lambda _row: draw()) for _ in range(UPDATES)]
        self.arrays, inputs = {}, FEATURES
        for layer, outputs in enumerate((*HIDDEN, CLASSES)):
            name = f"hidden_{layer}" if layer < len(HIDDEN) else "output"
            limit = (6 / (inputs + outputs)) ** 0.5
            self.arrays[f"{name}/weights"] = uniform(inputs, outputs, -limit, limit)
            self.arrays[f"{name}/bias"] = uniform(1, outputs, -0.25, 0.25)[0]
            if layer < len(HIDDEN):
                self.arrays[f"{name}/gamma"] = uniform(1, outputs, 0.75, 1.25)[0]
                self.arrays[f"{name}/beta"] = uniform(1, outputs, -0.25, 0.25)[0]
                self.arrays[f"{name}/moving_mean"] = torch.zeros(outputs, dtype=torch.float64)
                self.arrays[f"{name}/moving_variance"] = torch.ones(outputs, dtype=torch.float64)
            inputs = outputs

    def initial_arrays(self, case):
        """A normalized layer has gamma, beta and moving statistics in place of a bias."""
        normalized = {f"hidden_{layer}" for layer, chosen in enumerate(case.normalized) if chosen}
        plain = ("weights", "bias")
        return {
            name: array
            for name, array in self.arrays.items()
            if name.endswith("/weights") or (name.split("/")[0] in normalized) != (name.split("/")[1] in plain)
        }

    def values(self):
        initial = {f"initial/{name}": array for name, array in self.arrays.items()}
        return {"features": self.features, "labels": self.labels, "order": torch.tensor(self.order), **initial}


def distance(found, expected):
    """The largest difference, as a part of the largest value; NaN anywhere: infinite."""
    found, expected = (torch.as_tensor(values, dtype=torch.float64) for values in (found, expected))
    far = (found - expected).abs().max() / expected.abs().max().clamp(min=1e-300)
    return torch.nan_to_num(far, nan=float("inf")).item()


def confirm(case, samples):
    """torch.optim comes to the same, or the formulas are wrong."""
    if case.optimizer == "rmsprop":
        case = dataclasses.replace(case, epsilon=RMSPROP_EPSILON)
    ours, theirs = train(case, samples)[0], train(case, samples, TorchOptimizer)[0]
    for name, values in ours.items():
        assert distance(values, theirs[name]) < CONFIRMED_TO, f"{case.name}: {name}: {distance(values, theirs[name])}"


def text_of(values):
    lines = []
    for name, array in values.items():
        rows = array.reshape(-1, array.shape[-1]).tolist() if isinstance(array, torch.Tensor) else [array]
        lines.append(f"{name} {sum(len(row) for row in rows)}")
        lines += [" ".join(value if isinstance(value, str) else f"{value:.17g}" for value in row) for row in rows]
    return "\n".join(lines) + "\n"


def values_of(text):
    """{name: values}, the reverse of text_of."""
    words = iter(" ".join(line for line in text.splitlines() if not line.startswith("#")).split())
    return {name: [next(words) for _ in range(int(next(words)))] for name in words}


def case_text(case, samples):
    found, margin = train(case, samples)
    if case.activation == "relu":
        assert margin > MARGIN, f"{case.name}: a sum of {margin:.1e}: draw other samples"
    confirm(case, samples)
    head = f"# {case.name}: {UPDATES} updates\n{LAYOUT}\n# loss: of each update, cross-entropy + penalty; "
    head += "evaluation: loss and accuracy of all rows after the last\n"
    head += f"# Confirmed to {CONFIRMED_TO:.0e} by {CONFIRMED[case.optimizer]}\n"
    fields = {name: list(value) if isinstance(value, tuple) else [value] for name, value in dataclasses.asdict(case).items()}
    return head + text_of({**fields, **found})


def files():
    samples = Samples()
    about = f"# Samples, the order of their rows in each epoch, and the first weights of every case\n{LAYOUT}\n"
    yield FOLDER / "samples.txt", about + text_of(samples.values())
    for case in CASES:
        yield FOLDER / "cases" / f"{case.name}.txt", case_text(case, samples)


def difference(committed, regenerated):
    """(largest distance, name) of two files; infinite where a name, a count or a word differs."""
    old, new = values_of(committed), values_of(regenerated)
    if list(old) != list(new) or any(len(old[name]) != len(new[name]) for name in new):
        return float("inf"), "names and counts"
    words = ("name", "optimizer", "schedule", "activation")
    found = [(float("inf"), name) for name in words if old.get(name) != new.get(name)]
    found += [(distance(*([float(v) for v in side[name]] for side in (old, new))), name) for name in new if name not in words]
    return max(found)


def check():
    worst = 0.0
    for path, text in files():
        far, name = difference(path.read_text() if path.exists() else "", text)
        print(f"{path.relative_to(FOLDER)}: {far:.1e}" + (f" ({name})" if far > 0 else ""))
        worst = max(worst, far)
    print(f"largest difference {worst:.1e}, allowed {CHECKED_TO:.0e}")
    return int(worst > CHECKED_TO)


def main():
    parser = argparse.ArgumentParser(description=__doc__, epilog=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; compare the committed files with new ones")
    checks = parser.parse_args().check
    torch.set_num_threads(1)
    if checks:
        return check()
    (FOLDER / "cases").mkdir(exist_ok=True)
    for path, text in files():
        path.write_text(text)
        print(f"{path.relative_to(FOLDER)}: {len(text)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
