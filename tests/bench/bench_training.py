"""The same updates as bench_training.cpp in PyTorch: one thread, tensors in memory, no DataLoader.

    bench_training.py [seconds for each batch size] [batch sizes ...]

prints a line "batch samples_per_second" a size; before them, after "#", what multiplies its matrices:
Debian's PyTorch takes the system's BLAS, and the reference BLAS is several times slower than OpenBLAS.
"""

import os
import sys
import time

import torch

FEATURES, CLASSES, SAMPLES = 784, 10, 4096


def train_epoch(features, labels, batch, network, optimizer, loss_function):
    loss_sum, correct = 0.0, 0
    for first in range(0, SAMPLES, batch):
        x, y = features[first : first + batch], labels[first : first + batch]
        optimizer.zero_grad(set_to_none=False)
        logits = network(x)
        loss = loss_function(logits, y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(y)
        correct += (logits.detach().argmax(1) == y).sum().item()
    return loss_sum, correct


def samples_per_second(features, labels, batch, seconds):
    network = torch.nn.Sequential(
        torch.nn.Linear(FEATURES, 128),
        torch.nn.ReLU(),
        torch.nn.Linear(128, 64),
        torch.nn.ReLU(),
        torch.nn.Linear(64, CLASSES),
    )
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    arguments = (features, labels, batch, network, optimizer, torch.nn.CrossEntropyLoss())
    train_epoch(*arguments)
    epochs, elapsed, start = 0, 0.0, time.perf_counter()
    while elapsed < seconds:
        train_epoch(*arguments)
        epochs += 1
        elapsed = time.perf_counter() - start
    return epochs * SAMPLES / elapsed


def blas_in_use():
    torch.rand(256, 256) @ torch.rand(256, 256)
    with open("/proc/self/maps", encoding="utf-8") as maps:
        files = {line.split()[-1] for line in maps if "/" in line}
    names = [path for path in files if any(word in path for word in ("openblas", "mkl", "libblas", "blis"))]
    return ", ".join(sorted(os.path.realpath(path) for path in names)) or "its own"


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    batches = [int(word) for word in sys.argv[2:]] or [1, 16, 32, 128, 512]
    print(f"# PyTorch {torch.__version__}, BLAS: {blas_in_use()}")
    features = torch.rand(SAMPLES, FEATURES)
    labels = torch.randint(0, CLASSES, (SAMPLES,))
    for batch in batches:
        print(batch, round(samples_per_second(features, labels, batch, seconds)), flush=True)


if __name__ == "__main__":
    main()
