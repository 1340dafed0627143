"""python3 -m analysis curves FILE.h5 [-o FIGURE.png] [--metric val_accuracy]"""

import argparse
import sys
from pathlib import Path

from . import ResultsError, load

EXAMPLES = """examples:
  python3 -m analysis curves results/quickstart.h5
  python3 -m analysis curves results/quickstart.h5 --metric val_loss -o loss.pdf
"""


def command_line():
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python3 -m analysis", description="Figures of Trawl's results files.", epilog=EXAMPLES, formatter_class=formatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    curves = commands.add_parser(
        "curves",
        help="learning curves of all trials, the best on top",
        description="Learning curves of all trials in one figure, the best on top.",
        epilog=EXAMPLES,
        formatter_class=formatter,
    )
    curves.add_argument("file", metavar="FILE.h5", help="a results file of trawl run; it may still be running")
    curves.add_argument("-o", "--output", metavar="FIGURE", help="png, pdf or svg (default: FILE-curves.png beside it)")
    curves.add_argument("--metric", help="a column of the epochs (default: the study's own metric)")
    return parser


def draw_curves(arguments):
    from . import curves  # matplotlib takes a second to load: not for -h or a wrong name

    trials, epochs = load(arguments.file)
    metric = arguments.metric or trials.attrs["objective_metric"]
    if metric not in curves.METRICS:
        raise ResultsError(f"--metric {metric}: choose one of {', '.join(curves.METRICS)}")
    source = Path(arguments.file)
    output = Path(arguments.output or source.with_name(f"{source.stem}-curves.png"))
    try:
        curves.save(curves.learning_curves(trials, epochs, metric), output)
    except (OSError, ValueError) as error:
        raise ResultsError(f"{output}: cannot write the figure: {error}") from error
    print(output)


def main():
    arguments = command_line().parse_args()
    try:
        draw_curves(arguments)
    except ResultsError as error:
        print(f"analysis: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
