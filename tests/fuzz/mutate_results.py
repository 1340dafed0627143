"""Damages a results file the way a fuzzer does: bytes flipped, ranges zeroed, copied or cut, lengths grown. Most of it meets
what libhdf5 trusts: heaps of variable-length texts, object headers, B-trees, the superblock.

    python3 mutate_results.py FILE.h5 OUT.h5 --seed 7

The same seed makes the same file. Standard library only.
"""

import argparse
import random
import re
from pathlib import Path

# Where the library's own structures begin: global and local heaps, B-trees, symbol nodes, headers, fractal heaps.
SIGNATURES = re.compile(rb"GCOL|HEAP|TREE|SNOD|OHDR|OCHK|FRHP|BTHD|FHDB")
STRUCTURE_BYTES = 512
EVIL = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 40, (1 << 63) - 1, (1 << 64) - 1)


class Places:
    """Offsets in a file, most of them within its structures."""

    def __init__(self, data, dice):
        self.size, self.dice = len(data), dice
        self.starts = [match.start() for match in SIGNATURES.finditer(data)] or [0]
        # Heaps of texts are where most is trusted.
        self.heaps = [match.start() for match in re.finditer(rb"GCOL", data)] or self.starts

    def pick(self):
        kind = self.dice.random()
        if kind < 0.15:
            return self.dice.randrange(self.size)
        if kind < 0.25:
            return self.dice.randrange(min(self.size, 2048))  # superblock and root group
        start = self.dice.choice(self.heaps if kind < 0.6 else self.starts)
        return min(self.size - 1, start + self.dice.randrange(STRUCTURE_BYTES))


def flip(data, places, dice):
    for _ in range(dice.choice((1, 1, 2, 4, 16, 64))):
        data[places.pick()] = dice.randrange(256)


def flip_bit(data, places, dice):
    for _ in range(dice.choice((1, 1, 2, 8))):
        data[places.pick()] ^= 1 << dice.randrange(8)


def zero(data, places, dice):
    begin = places.pick()
    end = min(len(data), begin + dice.choice((1, 4, 8, 64, 512, 4096)))
    data[begin:end] = bytes(end - begin)


def fill(data, places, dice):
    begin = places.pick()
    end = min(len(data), begin + dice.choice((4, 8, 64)))
    data[begin:end] = b"\xff" * (end - begin)


def grow_length(data, places, dice):
    """A number of 2, 4 or 8 bytes where one may stand."""
    width = dice.choice((2, 4, 8))
    begin = places.pick() // 4 * 4
    value = dice.choice(EVIL) if dice.random() < 0.7 else dice.getrandbits(8 * width)
    end = min(len(data), begin + width)
    data[begin:end] = (value % (1 << (8 * width))).to_bytes(width, "little")[: end - begin]


def splice(data, places, dice):
    length = dice.choice((8, 16, 64, 512, 4096))
    begin, target = places.pick(), places.pick()
    piece = bytes(data[begin : begin + length])[: len(data) - target]
    data[target : target + len(piece)] = piece


def cut(data, places, dice):
    del data[max(1, places.pick()) :]


def drop(data, places, dice):
    begin = places.pick()
    del data[begin : begin + dice.choice((1, 8, 512))]


ACTS = (flip, flip, flip_bit, zero, fill, grow_length, grow_length, splice, cut, drop)


def mutate(data, seed):
    """Other bytes, the same for the same seed."""
    dice = random.Random(seed)
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        dice.choice(ACTS)(changed, Places(changed, dice), dice)
    return bytes(changed)


def looping(data):
    """The same with heaps of texts that make libhdf5 loop: the first object of each is free space of no size, and it looks for
    the next one where that begins. Three mutants in a hundred do so."""
    changed = bytearray(data)
    for match in re.finditer(rb"GCOL\x01\0\0\0", data):
        first = match.start() + 16  # after signature, version and size
        changed[first : first + 16] = bytes(16)
    return bytes(changed)


def main():
    parser = argparse.ArgumentParser(description="Damages a results file.")
    parser.add_argument("file", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    arguments.out.write_bytes(mutate(arguments.file.read_bytes(), arguments.seed))


if __name__ == "__main__":
    main()
