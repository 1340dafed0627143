"""That what is known in several languages is the same in all: exit codes, states of trials, times.

Every function takes the root of a tree; violations are lines "path: what is wrong".
"""

import ast
import re

EXIT_CODES = "include/trawl/base/exit_code.hpp"
STATES = "src/study/trial.cpp"
TIMES = "include/trawl/base/patience.hpp"
LAUNCHER = "bin/trawl-mpirun"
SIGNALLED = 128  # a shell's exit code for a process that a signal has ended is more


def read(root, name):
    return (root / name).read_text()


def exit_codes(root):
    """{name: number}"""
    body = re.search(r"enum class ExitCode[^{]*\{(.*?)\n\};", read(root, EXIT_CODES), re.S).group(1)
    return {name: int(number) for name, number in re.findall(r"^\s*(\w+) = (\d+),", body, re.M)}


def exit_code_tables(root):
    """{place: the numbers that it explains}, wherever all exit codes of `run` are explained."""
    table = re.search(r"## Exit codes\n(.*?)\n\n[^|]", read(root, "docs/running.md"), re.S).group(1)
    helped = re.search(r"Exit codes:(.*?)resumable\.\"", read(root, "src/app/command_line.cpp"), re.S).group(1)
    headed = re.search(r"# Exit codes:(.*?)resumable\.", read(root, LAUNCHER), re.S).group(1)
    return {
        "docs/running.md": [int(number) for number in re.findall(r"^\| (\d+) \|", table, re.M)],
        "src/app/command_line.cpp": [int(number) for number in re.findall(r"(?<![\w(])(\d+) \w", helped)],
        LAUNCHER: [int(number) for number in re.findall(r"(?<![\w(])(\d+) \w", headed)],
    }


def exit_code_violations(root):
    """Whatever explains the exit codes has all of them, in order; nothing else ends with or speaks of another one."""
    codes = list(exit_codes(root).values())
    found = [
        f"{place}: explains the exit codes {numbers}; {EXIT_CODES} has {codes}"
        for place, numbers in exit_code_tables(root).items()
        if numbers != codes
    ]
    for pattern, names in ((r"\b(?:exit|finish) (\d+)\b", ["bin/*", "slurm/*"]), (r"[Ee]xit code (\d+)", ["docs/*.md", "slurm/*", "include/**/*.hpp", "src/**/*.cpp"])):
        for path in sorted(path for name in names for path in root.glob(name)):
            numbers = {int(number) for number in re.findall(pattern, path.read_text())}
            found += [
                f"{path.relative_to(root)}: exit code {number} is not in {EXIT_CODES}"
                for number in sorted(numbers - set(codes))
                if number < SIGNALLED
            ]
    return found


def states(root):
    """The words for the states of trials, in the order of their numbers."""
    words = re.search(r"to_text\(TrialState state\) \{.*?\{(.*?)\}", read(root, STATES), re.S).group(1)
    return re.findall(r'"(\w+)"', words)


def state_violations(root):
    """The enumerators are the words; the analysis knows the same ones in the same order, and has one list of them."""
    words = states(root)
    declared = re.search(r"enum class TrialState[^{]*\{(.*?)\}", read(root, "include/trawl/study/trial.hpp")).group(1)
    found = []
    if (names := re.findall(r"\w+", declared)) != words:
        found.append(f"include/trawl/study/trial.hpp: TrialState is {names}; {STATES} says {words}")
    places = []
    for path in sorted(root.glob("analysis/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
                values = [item.value for item in node.elts if isinstance(item, ast.Constant)]
                if values == words:
                    places.append(str(path.relative_to(root)))
    if "analysis/schema.py" not in places:
        found.append(f"analysis/schema.py: has no list of the states {words}")
    return found + [f"{name}: lists the states, which analysis/schema.py has" for name in places if name != "analysis/schema.py"]


def times(root):
    """{name of a constant: seconds}"""
    found = re.findall(r"^inline constexpr double (k\w+) = ([\d.]+);", read(root, TIMES), re.M)
    return {name: float(seconds) for name, seconds in found}


# What trawl-mpirun says in its own language: (a constant, where its seconds stand).
LAUNCHER_TIMES = (
    ("kMpirunSilence", r"number TRAWL_MPIRUN_SILENT_SECONDS (\d+)"),
    ("kMpirunStop", r"since_stop > (\d+) \|\|"),
    ("kMpirunStopSilence", r"since_stop > (\d+) && silence"),
    ("kMpirunStopSilence", r"&& silence > (\d+)"),
)


def time_violations(root):
    """What trawl-mpirun waits for is what the header says that it does."""
    seconds, text = times(root), read(root, LAUNCHER)
    found = []
    for name, pattern in LAUNCHER_TIMES:
        numbers = [float(number) for number in re.findall(pattern, text)]
        if numbers != [seconds.get(name)]:
            found.append(f"{LAUNCHER}: waits {numbers} s where {TIMES} says that {name} is {seconds.get(name)}")
    return found
