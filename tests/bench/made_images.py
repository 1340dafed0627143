"""Images that stand in for MNIST's: as large, as many of their pixels 0 (four fifths), ten classes of which a
perceptron learns nearly all. In IDX files under the customary names."""

import numpy as np

SIDE, CLASSES, SHIFTS, ZEROS = 28, 10, 3, 0.81


def write(folder, train_rows, test_rows):
    """The same images for the same numbers of rows."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(1)
    patterns = random.random((CLASSES, SIDE, SIDE)) > ZEROS
    for name, rows in (("train", train_rows), ("t10k", test_rows)):
        labels = random.integers(CLASSES, size=rows)
        _write_idx(folder / f"{name}-images-idx3-ubyte", _images(random, patterns, labels))
        _write_idx(folder / f"{name}-labels-idx1-ubyte", labels.astype(np.uint8))


def _images(random, patterns, labels):
    """Each its class's pattern, shifted by up to SHIFTS pixels; a quarter of it stands elsewhere, as noise."""
    shifts = random.integers(-SHIFTS, SHIFTS + 1, size=(len(labels), 2))
    images = np.empty((len(labels), SIDE, SIDE), dtype=np.uint8)
    for i, (label, shift) in enumerate(zip(labels, shifts)):
        images[i] = np.roll(patterns[label], shift, axis=(0, 1))
    noise = random.random(images.shape, dtype=np.float32)
    ink = np.where(noise < 0.25, noise < 0.25 * (1 - ZEROS), images)
    return ink * random.integers(60, 256, size=images.shape, dtype=np.uint8)


def _write_idx(path, array):
    header = np.array([0x0800 + array.ndim, *array.shape], dtype=">i4")
    path.write_bytes(header.tobytes() + array.tobytes())
