"""The same updates as bench_training.cpp in PyTorch: one thread, tensors in memory, no DataLoader.

    bench_training.py [--images FOLDER] [seconds for each case] [words ...]

prints a line "input method batch samples_per_second" for each case whose first three words include all that
are given; before them, after "#", what multiplies its matrices: Debian's PyTorch takes the system's BLAS, and
the reference BLAS is several times slower than OpenBLAS.
"""

import gzip
import os
import pathlib
import sys
import time

import torch

FEATURES, CLASSES, SAMPLES = 784, 10, 8192
CASES = [
    (data, method, batch)
    for data in ("dense", "images")
    for method, batches in {
        "sgd": (1, 16, 32, 128, 512),
        "adam": (32,),
        "rmsprop": (32,),
        "dropout+l2": (32,),
        "normalized": (32,),
    }.items()
    for batch in batches
]
L2 = 1e-4


def random_samples(zeros):
    features = 1.0 - torch.rand(SAMPLES, FEATURES)
    return features * (torch.rand(SAMPLES, FEATURES) >= zeros), torch.randint(0, CLASSES, (SAMPLES,))


def read_idx(path, header_bytes):
    opened = gzip.open(path) if path.suffix == ".gz" else open(path, "rb")
    with opened as file:
        return torch.frombuffer(bytearray(file.read()[header_bytes:]), dtype=torch.uint8)


def read_samples(folder):
    images, labels = (
        next(path for path in sorted(pathlib.Path(folder).iterdir()) if path.name.startswith(name))
        for name in ("train-images", "train-labels")
    )
    features = read_idx(images, 16)[: SAMPLES * FEATURES].reshape(SAMPLES, FEATURES).float() / 255.0
    return features, read_idx(labels, 8)[:SAMPLES].long()


def network_of(method):
    layers = []
    for inputs, outputs in ((FEATURES, 128), (128, 64)):
        layers.append(torch.nn.Linear(inputs, outputs, bias=method != "normalized"))
        if method == "normalized":
            layers.append(torch.nn.BatchNorm1d(outputs))
        layers.append(torch.nn.ReLU())
        if method == "dropout+l2":
            layers.append(torch.nn.Dropout(0.3))
    return torch.nn.Sequential(*layers, torch.nn.Linear(64, CLASSES))


def optimizer_of(method, network):
    weights = [array for array in network.parameters() if array.dim() == 2]
    vectors = [array for array in network.parameters() if array.dim() == 1]
    if method == "dropout+l2":
        groups = [{"params": weights, "weight_decay": 2.0 * L2}, {"params": vectors}]
        return torch.optim.SGD(groups, lr=0.001), weights
    kind = {"adam": torch.optim.Adam, "rmsprop": torch.optim.RMSprop}.get(method, torch.optim.SGD)
    return kind(network.parameters(), lr=0.001), []


def train_epoch(features, labels, batch, network, optimizer, penalized, loss_function):
    loss_sum, correct = 0.0, 0
    for first in range(0, SAMPLES, batch):
        x, y = features[first : first + batch], labels[first : first + batch]
        optimizer.zero_grad(set_to_none=False)
        logits = network(x)
        loss = loss_function(logits, y)
        loss.backward()
        if penalized:
            with torch.no_grad():
                loss_sum += L2 * sum(torch.dot(array.view(-1), array.view(-1)) for array in penalized).item()
        optimizer.step()
        loss_sum += loss.item() * len(y)
        correct += (logits.detach().argmax(1) == y).sum().item()
    return loss_sum, correct


def samples_per_second(samples, method, batch, seconds):
    network = network_of(method)
    optimizer, penalized = optimizer_of(method, network)
    arguments = (*samples, batch, network, optimizer, penalized, torch.nn.CrossEntropyLoss())
    if batch > 1:
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
    words, folder = sys.argv[1:], None
    if words[:1] == ["--images"]:
        folder, words = words[1], words[2:]
    seconds = float(words[0]) if words else 1.0
    print(f"# PyTorch {torch.__version__}, BLAS: {blas_in_use()}")
    inputs = {"dense": random_samples(0.0), "images": read_samples(folder) if folder else random_samples(0.81)}
    for data, method, batch in CASES:
        if set(words[1:]) <= {data, method, str(batch)}:
            speed = samples_per_second(inputs[data], method, batch, seconds)
            print(data, method, batch, round(speed), flush=True)


if __name__ == "__main__":
    main()
