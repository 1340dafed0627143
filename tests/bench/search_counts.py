"""How search_quality.py counts: epochs trained until the first trial of a class is complete, Trawl and peer alike."""

import math
from pathlib import Path

import search_table

CLASSES = (0.01, 0.001)  # shares of the table's points, by the last epoch's value
CAP_TRAININGS = 150  # a search that has trained so many times all epochs has missed
SAMPLERS, PRUNERS = ("random", "tpe"), ("none", "median", "successive_halving", "hyperband")
PAIRS = tuple(f"{sampler}+{pruner}" for sampler in SAMPLERS for pruner in PRUNERS)


def add_table_options(parser):
    parser.add_argument("--table", type=Path, required=True, help="the trainings, an .npz file")
    parser.add_argument("--seeds", type=int, default=50, help="studies of each pair")
    parser.add_argument("--pairs", nargs="+", choices=PAIRS, metavar="SAMPLER+PRUNER", help="default: all eight")
    parser.add_argument(
        "--space",
        choices=("snapped", "grid"),
        default="snapped",
        help="what numeric axes are searched as: real numbers of which the nearest place counts, or places on the axis",
    )
    parser.add_argument(
        "--data",
        metavar="ROWS,FEATURES,CLASSES",
        help="what the table was trained on: slots count the cost that the perceptron predicts, not epochs",
    )
    parser.add_argument(
        "--values",
        action="append",
        default=[],
        metavar="AXIS=A,B,...",
        help="of an axis for which neither the table nor the job beside it has any",
    )


def table_of(options):
    given = {}
    for text in options.values:
        name, _, values = text.partition("=")
        given[name] = [number_or_word(value) for value in values.split(",")]
    data = search_table.Data(*map(int, options.data.split(","))) if options.data else None
    return search_table.read(options.table, data, given, snapped=options.space == "snapped")


def number_or_word(text):
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def limits_of(table):
    return [table.limit(share) for share in CLASSES]


def hits(studies, limits, cap):
    """For each class the epochs that each study needed; None: it missed. A study is [(epochs, value)] of its complete
    trials, in their order."""

    def hit(study, limit):
        first = next((epochs for epochs, value in study if value <= limit), math.inf)
        return first if first <= cap else None

    return [[hit(study, limit) for study in studies] for limit in limits]
