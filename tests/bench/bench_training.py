"""The same as training_bench in PyTorch, by the same questions and answers: one thread, tensors in memory.

    bench_training.py IMAGES

Written as those who know PyTorch write it: no DataLoader, views of the mini-batches made beforehand, gradients set to
None, which is up to 1.15 times as fast as zeroing them. Subnormal numbers are flushed to zero, as ours are: 1.01 times as
fast with Adam. What else was tried on PyTorch 1.13, by turns, in CPU time: foreach=True has 0.95 to 1.05 times the speed
(SGD, Adam, RMSprop), a traced TorchScript 0.98 to 1.04, both within the noise; loss and accuracy kept in tensors instead
of item() 0.94 to 1. Fused optimizers are for CUDA alone. Calls of torch.nn.functional instead of modules have 1.05 to
1.13, at the price of a network without modules: not taken.
"""

import gzip
import itertools
import os
import pathlib
import sys
import time

import torch

torch.set_flush_denormal(True)

FEATURES, CLASSES, SAMPLES = 784, 10, 8192
L2 = 1e-4
WARMING_UP = 0.2  # of the seconds that are measured


def random_samples():
    return 1.0 - torch.rand(SAMPLES, FEATURES), torch.randint(0, CLASSES, (SAMPLES,))


def read_idx(folder, name):
    """The bytes of an IDX file of so many dimensions as its name says, without its header."""
    path = next(path for path in sorted(pathlib.Path(folder).iterdir()) if path.name.startswith(name))
    opened = gzip.open(path) if path.suffix == ".gz" else open(path, "rb")
    with opened as file:
        header = file.read(4)
        file.read(4 * header[3])
        return torch.frombuffer(bytearray(file.read()), dtype=torch.uint8)


def read_samples(folder, rows=None, part="train"):
    """Features in 0..1 and labels."""
    features = read_idx(folder, f"{part}-images").reshape(-1, FEATURES)[:rows].float() / 255.0
    return features, read_idx(folder, f"{part}-labels")[:rows].long()


def network_of(method, hidden):
    layers, inputs = [], FEATURES
    for outputs in hidden:
        layers.append(torch.nn.Linear(inputs, outputs, bias=method != "normalized"))
        if method == "normalized":
            layers.append(torch.nn.BatchNorm1d(outputs))
        layers.append(torch.nn.ReLU())
        if method == "dropout+l2":
            layers.append(torch.nn.Dropout(0.3))
        inputs = outputs
    return torch.nn.Sequential(*layers, torch.nn.Linear(inputs, CLASSES))


def weights_of(network):
    return [array for array in network.parameters() if array.dim() == 2]


def sgd_with_l2(network, learning_rate, l2):
    """The penalty l2 · Σw² has the gradient 2 · l2 · w: of weights, not of biases."""
    vectors = [array for array in network.parameters() if array.dim() == 1]
    groups = [{"params": weights_of(network), "weight_decay": 2.0 * l2}, {"params": vectors}]
    return torch.optim.SGD(groups, lr=learning_rate)


def optimizer_of(method, network):
    if method == "dropout+l2":
        return sgd_with_l2(network, 0.001, L2)
    kind = {"adam": torch.optim.Adam, "rmsprop": torch.optim.RMSprop}.get(method, torch.optim.SGD)
    return kind(network.parameters(), lr=0.001)


class Training:
    def __init__(self, samples, method, batch, hidden):
        self.network = network_of(method, hidden)
        self.optimizer = optimizer_of(method, self.network)
        self.loss_function = torch.nn.CrossEntropyLoss()
        self.penalized = weights_of(self.network) if method == "dropout+l2" else []
        features, labels = samples
        whole = len(labels) // batch * batch
        self.batches = itertools.cycle(list(zip(features[:whole].split(batch), labels[:whole].split(batch))))
        self.batch, self.loss_sum, self.correct = batch, 0.0, 0

    def update(self):
        x, y = next(self.batches)
        self.optimizer.zero_grad(set_to_none=True)
        logits = self.network(x)
        loss = self.loss_function(logits, y)
        loss.backward()
        if self.penalized:
            with torch.no_grad():
                self.loss_sum += L2 * sum(torch.dot(array.view(-1), array.view(-1)) for array in self.penalized).item()
        self.optimizer.step()
        self.loss_sum += loss.item() * len(y)
        self.correct += (logits.detach().argmax(1) == y).sum().item()

    def samples_per_second(self, seconds):
        updates, elapsed, start = 0, 0.0, time.perf_counter()
        while elapsed < seconds:
            self.update()
            updates += 1
            elapsed = time.perf_counter() - start
        return updates * self.batch / elapsed


def blas_in_use():
    """Debian's PyTorch takes the system's BLAS, and the reference BLAS is several times slower than OpenBLAS."""
    torch.rand(256, 256) @ torch.rand(256, 256)
    with open("/proc/self/maps", encoding="utf-8") as maps:
        files = {line.split()[-1] for line in maps if "/" in line}
    names = [path for path in files if any(word in path for word in ("openblas", "mkl", "libblas", "blis"))]
    return ", ".join(sorted(os.path.realpath(path) for path in names)) or "its own"


def warn_of_slow_blas():
    blas = blas_in_use()
    print(f"PyTorch {torch.__version__}, BLAS: {blas}", file=sys.stderr)
    if "libblas" in blas and "openblas" not in blas:
        print("This is the slow reference BLAS; fair is: apt-get install libopenblas0-pthread", file=sys.stderr)


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    warn_of_slow_blas()
    inputs = {"dense": random_samples(), "images": read_samples(sys.argv[1], SAMPLES)}
    for line in sys.stdin:
        seconds, data, method, batch, hidden = line.split()
        training = Training(inputs[data], method, int(batch), [int(width) for width in hidden.split("-")])
        training.samples_per_second(WARMING_UP * float(seconds))
        print(training.samples_per_second(float(seconds)), flush=True)


if __name__ == "__main__":
    main()
