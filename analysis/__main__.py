"""The command line: report, curves, lab, optuna.

python3 -m analysis report FILE.h5 [-o DIR] [--watch]
python3 -m analysis curves FILE.h5 [-o FIGURE.png] [--metric val_accuracy]
python3 -m analysis lab optimizers.h5 regularization.h5 [random.h5] -o DIR
python3 -m analysis optuna FILE.h5 --storage sqlite:///FILE.db [--study-name NAME]"""

import argparse
import os
import signal
import sys
import traceback
from pathlib import Path

from . import ResultsError
from .escapes import shown
from .paths import expanded_path, expanded_storage

REPORT_EXAMPLES = """examples:
  python3 -m analysis report results/quickstart.h5
  python3 -m analysis report mnist.h5 -o report --watch
"""
REPORT = """One page, DIR/report.html, that needs no other file and no network: what was found, what mattered, all learning
curves, all trials, and how well the cluster was used. Each figure lies beside it as PNG and SVG. The search may still be running:
--watch writes the page anew until it is complete."""
CURVES_EXAMPLES = """examples:
  python3 -m analysis curves results/quickstart.h5
  python3 -m analysis curves results/quickstart.h5 --metric val_loss -o loss.pdf
"""
LAB_EXAMPLES = """examples:
  mpirun -n 3 trawl run jobs/lab-optimizers.yaml -o results/lab-optimizers.h5
  mpirun -n 3 trawl run jobs/lab-random-search.yaml -o results/lab-random-search.h5
  mpirun -n 3 trawl run jobs/lab-regularization.yaml -o results/lab-regularization.h5    # its trial 9 takes the search's best
  python3 -m analysis lab results/lab-optimizers.h5 results/lab-regularization.h5 results/lab-random-search.h5 -o lab
"""
OPTUNA_EXAMPLES = """examples:
  python3 -m analysis optuna results/quickstart.h5 --storage sqlite:///studies.db
  optuna-dashboard sqlite:///studies.db
  python3 -c 'import optuna; optuna.load_study(study_name="quickstart", storage="sqlite:///studies.db")'
"""
LAB = """The lab's figures, numbered as in the founding document, as PNG and SVG; lab.html and lab.md
show them all with the document's claims, each judged by the rule that stands beside it. The files may come
in any order and may still be running: the page says what is missing."""


def command_line():
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python3 -m analysis",
        description="Figures of Trawl's results files.",
        epilog=REPORT_EXAMPLES + "  python3 -m analysis lab optimizers.h5 regularization.h5 -o lab\n",
        formatter_class=formatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    report = commands.add_parser(
        "report", help="one page about a search", description=REPORT, epilog=REPORT_EXAMPLES, formatter_class=formatter
    )
    report.add_argument("file", metavar="FILE.h5", help="a results file of trawl run; it may still be running")
    report.add_argument("-o", "--output", metavar="DIR", help="folder of the page and figures (default: FILE-report beside it)")
    report.add_argument("--watch", action="store_true", help="write the page anew until the search is complete")
    report.set_defaults(draw=draw_report)
    curves = commands.add_parser(
        "curves",
        help="learning curves of all trials, the best on top",
        description="Learning curves of all trials in one figure, the best on top.",
        epilog=CURVES_EXAMPLES,
        formatter_class=formatter,
    )
    curves.add_argument("file", metavar="FILE.h5", help="a results file of trawl run; it may still be running")
    curves.add_argument("-o", "--output", metavar="FIGURE", help="png, pdf or svg (default: FILE-curves.png beside it)")
    curves.add_argument("--metric", help="a column of the epochs (default: the study's own metric)")
    curves.set_defaults(draw=draw_curves)
    lab = commands.add_parser(
        "lab", help="the lab's figures and claims", description=LAB, epilog=LAB_EXAMPLES, formatter_class=formatter
    )
    lab.add_argument("files", metavar="FILE.h5", nargs="+", help="results of the lab's job files, and of a random search")
    lab.add_argument("-o", "--output", metavar="DIR", required=True, help="folder of the figures and the page")
    lab.set_defaults(draw=draw_lab)
    add_optuna(commands)
    return parser


def add_optuna(commands):
    save = commands.add_parser(
        "optuna",
        help="write the study to a storage of Optuna's",
        description="The study with all its trials and curves, in a storage that Optuna and optuna-dashboard open.",
        epilog=OPTUNA_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    save.add_argument("file", metavar="FILE.h5", help="a results file of trawl run; it may still be running")
    save.add_argument("--storage", metavar="URL", required=True, help="such as sqlite:///studies.db; a new file is made")
    save.add_argument("--study-name", metavar="NAME", help="what it is called there (default: the study's name)")
    save.add_argument("--replace", action="store_true", help="delete a study of this name that is there")
    save.set_defaults(draw=save_optuna)


# matplotlib takes a second to load: the functions below import it, not for -h or a wrong name.
def draw_report(arguments):
    from . import report

    source = Path(arguments.file)
    folder = Path(arguments.output or source.with_name(f"{source.stem}-report"))
    try:
        if arguments.watch:
            report.watch(source, folder, lambda results: say(watched(results, folder)))
        else:
            report.draw_report(source, folder)
    except OSError as error:
        raise ResultsError(f"{folder}: cannot write the report: {error}") from error
    say(folder / "report.html")


def watched(results, folder):
    from . import schema

    finished = int(results.trials.state.isin(schema.FINISHED).sum())
    return f"{folder / 'report.html'}: {finished} of {len(results.trials)} trials"


def draw_curves(arguments):
    from . import curves, schema

    trials, epochs = schema.read(arguments.file)
    metric = arguments.metric or curves.metric_to_draw(trials, epochs)
    if metric not in curves.drawable(epochs):
        raise ResultsError(f"--metric {metric}: choose one of {', '.join(curves.drawable(epochs))}")
    source = Path(arguments.file)
    output = Path(arguments.output or source.with_name(f"{source.stem}-curves.png"))
    try:
        curves.save(curves.learning_curves(trials, epochs, metric), output)
    except (OSError, ValueError) as error:
        raise ResultsError(f"{output}: cannot write the figure: {error}") from error
    say(output)


def draw_lab(arguments):
    from . import lab

    folder = Path(arguments.output)
    try:
        judgements = lab.draw_lab(arguments.files, folder)
    except OSError as error:
        raise ResultsError(f"{folder}: cannot write the lab: {error}") from error
    for judgement in judgements:
        say(f"{judgement.claim.name:<4}{judgement.finding.verdict.value:<16}{judgement.claim.text}")
    say(folder / "lab.html")


def save_optuna(arguments):
    from . import optuna_storage

    study = optuna_storage.save(arguments.file, arguments.storage, arguments.study_name, arguments.replace)
    states = [trial.state.name.lower() for trial in study.get_trials(deepcopy=False)]
    counts = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    say(f"{arguments.storage}: study {study.study_name} with {len(states)} trials ({counts})")


def main():
    """The exit code. The work is done in a child: what a damaged file does to the libraries that read it ends as a message."""
    arguments = command_line().parse_args()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = run(arguments)
            sys.stdout.flush()
        except BrokenPipeError:
            code = 0
        finally:
            os._exit(code)
    signal.signal(signal.SIGTERM, lambda number, _frame: os.kill(child, number))
    while True:
        try:
            status = os.waitpid(child, 0)[1]
            break
        except KeyboardInterrupt:  # the terminal tells the child too
            continue
    if not os.WIFSIGNALED(status):
        return os.WEXITSTATUS(status)
    number = os.WTERMSIG(status)
    if number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
        return 128 + number
    return fail(f"a library crashed ({signal.Signals(number).name}) while it read or drew {files_of(arguments)}: a damaged file?")


def expand_paths(arguments):
    for name in {"file", "output"} & vars(arguments).keys():
        path = getattr(arguments, name)
        setattr(arguments, name, path and expanded_path(path))
    if "files" in arguments:
        arguments.files = [expanded_path(path) for path in arguments.files]
    if "storage" in arguments:
        arguments.storage = expanded_storage(arguments.storage)


def run(arguments):
    try:
        expand_paths(arguments)
        arguments.draw(arguments)
    except ResultsError as error:
        return fail(error)
    except ModuleNotFoundError as error:
        return fail(needs(error))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        raise
    except Exception as error:  # of values that belong together in every file of ours
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        return fail(f"{files_of(arguments)}: cannot be shown, it may be damaged ({type(error).__name__}: {error}; {where})")
    return 0


def files_of(arguments):
    return ", ".join(getattr(arguments, "files", None) or [arguments.file])


def say(text):
    print(shown(text), flush=True)


def needs(error):
    return f"the Python package {error.name} is missing for {sys.executable}: apt-get install python3-{error.name}"


def fail(why):
    print(f"analysis: {shown(why)}", file=sys.stderr, flush=True)
    return 2


if __name__ == "__main__":
    sys.exit(main())
