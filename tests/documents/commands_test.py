"""Every command of the documents runs as written, and prints what the documents show.

    python3 commands_test.py TRAWL [DOCUMENT...]

Each document is followed from top to bottom by one shell, in a copy of the tree with small data in it. So are the examples
that -h shows, and those at the heads of the job files. What would take minutes, a cluster or a network is in the tables of
stand_ins.py, with the reason. Numbers may differ from those that are shown; words may not.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import documents
from documents import ROOT, Command
from stand_ins import expected_codes, reason_to_look_only, set_the_scene

TIMEOUT = 400.0
OPEN_MPI = {
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
}
# What stands in for commands that are only looked at, where later ones need what they leave.
LEAVES = {r"\./quickstart\.sh": 'mkdir -p build results && ln -sfn "$BUILT" build/release'}
# What is there before a document begins, or before the examples of a help text.
R_H5 = "trawl run jobs/mnist-random.yaml -o r.h5"
MNIST_H5 = "trawl run jobs/mnist-random.yaml -o mnist.h5"
SHARDS = [f"trawl run jobs/mnist-random.yaml --shard {i}/4 -o mnist-shard-{i}.h5" for i in range(4)]
BEFORE = {
    "README.md": [
        'export TRAWL_URL="$PWD" && git init -q . && git add . && git -c user.name=a -c user.email=a@b commit -qm a',
        "mkdir ../empty && cd ../empty",
    ],
    "docs/data.md": ["rm -r data", 'export PATH="$PWD/build/release:$PATH"'],
    "docs/results.md": ['export PATH="$PWD/build/release:$PATH"', R_H5],
    "slurm/README.md": ["touch trawl-7.out"],
    "trawl status": [MNIST_H5],
    "trawl trials": [MNIST_H5],
    "trawl best": [MNIST_H5],
    "trawl export": [MNIST_H5],
    "trawl repair": [MNIST_H5],
    "trawl diff": [MNIST_H5, "cp mnist.h5 one-rank.h5", "cp mnist.h5 four-ranks.h5"],
    "trawl merge": SHARDS,
    "trawl init": [
        "python3 -c 'from sklearn.datasets import load_wine\n"
        'load_wine(as_frame=True).frame.rename(columns={"target": "quality"}).to_csv("measurements.csv", index=False)\'',
        "python3 -c 'from prelude import *\nimport h5py\n"
        'h5py.File("samples.h5", "w").update(x_train=x_train, y_train=y_train)\'',
    ],
}
MARK = "@@"


def shown_lines(help_text, program):
    """The examples of a help text, or of the head of a file."""
    return [line.lstrip("# ").rstrip() for line in help_text.splitlines() if re.match(rf"(#?  +){program}[ -]", line)]


def help_texts(trawl):
    """[(its name, commands)] of -h, of the verbs' -h and of the job files' heads."""
    verbs = re.findall(r"^  ([a-z]+)  +", trawl_says(trawl, "-h").partition("Subcommands:")[2], re.M)
    texts = [("trawl", trawl_says(trawl, "-h"))] + [(f"trawl {verb}", trawl_says(trawl, verb, "-h")) for verb in verbs]
    if len(texts) < 10:
        sys.exit(f"FAILED: trawl -h shows these verbs only: {verbs}")
    wrapper = subprocess.run([ROOT / "bin" / "trawl-mpirun", "-h"], capture_output=True, text=True, check=True)
    examples = [(name, shown_lines(text, "trawl")) for name, text in texts]
    examples.append(("trawl-mpirun", [line for line in shown_lines(wrapper.stdout, "trawl-mpirun") if "[OPTIONS" not in line]))
    for job in sorted((ROOT / "jobs").glob("*.yaml")):
        lines = shown_lines(job.read_text(), "trawl-mpirun")
        examples.append((f"jobs/{job.name}", lines))
    if none := [name for name, lines in examples if not lines and not name.startswith("jobs/")]:
        sys.exit(f"FAILED: no examples: {none}")
    plain = [(name, [re.sub(r"   +one master.*", "", line) for line in lines]) for name, lines in examples if lines]
    return [(name, [Command(f"{name} -h", line) for line in lines]) for name, lines in plain]


def trawl_says(trawl, *arguments):
    return subprocess.run([trawl, *arguments], capture_output=True, text=True, check=True).stdout


def script_of(commands):
    """A shell script that gives them one after the other and marks where each begins and how it ended."""
    lines = []
    for number, command in enumerate(commands):
        lines.append(f"printf '\\n{MARK} {number}\\n'")
        lines.append(f"eval {shlex.quote(command.text)}\nprintf '\\n{MARK} ended %d\\n' $?")
    return "\n".join(lines)


def outputs_of(said, n):
    """[(exit code, output)] of what script_of printed; None where it did not come to that."""
    found = [None] * n
    for match in re.finditer(rf"^{MARK} (\d+)\n(.*?)^{MARK} ended (\d+)$", said, re.M | re.S):
        found[int(match.group(1))] = int(match.group(3)), match.group(2)
    return found


def words(line):
    """A line as it is compared: numbers, lists of them, widths of columns and paths of this machine may differ."""
    line = re.sub(r"/\S*/", "/", re.sub(r"\[[\d, ]*\]", "[]", line))
    return re.sub(r"\s+", " ", re.sub(r"\d[\d.,e+-]*", "N", line)).strip()


def missing_lines(shown, output):
    """Lines that a document shows and the command did not print; `...` stands for any."""
    printed = [words(line) for line in output.splitlines()]
    missing = []
    for line in shown:
        if line.strip() in ("...", ""):
            continue
        wanted, _, cut = words(line).partition(" ...")
        if not any(text == wanted or (line.rstrip().endswith("...") and text.startswith(wanted)) for text in printed):
            missing.append(line)
    return missing


def looked_at(command, tree):
    """What is wrong with a command that is not given: a program that is not there, an option that its script does not know."""
    words_of = shlex.split(command.text, comments=True)
    program = next(word for word in words_of if "=" not in word.partition("/")[0])
    path = tree / program
    if program.startswith(("custom/", "P/", "venv/")) or "/" not in program:
        return None
    if not os.access(path, os.X_OK):
        return f"{program} cannot be executed"
    text = path.read_text()
    unknown = [word for word in words_of if word.startswith("--") and word.partition("=")[0] not in text]
    unknown += [word for word in words_of if word == "build/release/trawl" and not (tree / word).exists()]
    if not text.startswith("#!"):
        return f"{program} does not say what runs it"
    return f"{program} knows no {' '.join(unknown)}" if unknown else None


def presets_are_there(command, tree):
    wanted = set(re.findall(r"(?:cmake|ctest) --preset (\S+)", command.text))
    listed = subprocess.run(["cmake", "--list-presets=all"], cwd=tree, capture_output=True, text=True).stdout
    return None if wanted <= set(re.findall(r'"(\w+)"', listed)) else f"no such preset: {wanted}"


def follow(name, commands, built):
    """What is wrong with the commands of one document, as lines."""
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="trawl-documents-") as folder:
        folder = Path(folder)
        tree = set_the_scene(folder, built)
        wrong, given = [], [Command(f"{name}: before", text) for text in before(name)]
        for command in commands:
            if reason_to_look_only(command.text):
                found = looked_at(command, tree), presets_are_there(command, tree)
                wrong += [f"{command.place}: {text}" for text in found if text]
                given += [Command(command.place, text) for pattern, text in LEAVES.items() if re.match(pattern, command.text)]
            else:
                given.append(elsewhere(command, folder))
        wrong += run_all(given, folder, tree, built)
    print(f"{name}: {len(commands)} commands, {len(given)} of them given, in {time.monotonic() - begin:.1f} s", flush=True)
    return wrong


def before(name):
    on_path = [] if name.endswith(".md") else ['export PATH="$PWD/build/release:$PATH"']
    return on_path + BEFORE.get(name, [])


def elsewhere(command, folder):
    """Data that documents speak of in places that only root can make."""
    text = re.sub(r"(?<![\w.])/(scratch|data)/(fashion-)?mnist", str(folder / "scratch" / "mnist"), command.text)
    return Command(command.place, text, command.shown)


def run_all(commands, folder, tree, built):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("TRAWL", "PYTHON"))}
    environment.update(OPEN_MPI, PATH=f"{folder / 'bin'}:{os.environ['PATH']}", BUILT=str(built), TRAWL_NO_INSTALL="1")
    environment.update(PYTHONPATH=str(folder / "bin"), MPLBACKEND="Agg", TMPDIR=str(folder), HOME=str(folder))
    with (folder / "said").open("w+") as log:
        try:
            subprocess.run(["bash", "-c", script_of(commands)], cwd=tree, env=environment, stdin=subprocess.DEVNULL,
                           stdout=log, stderr=subprocess.STDOUT, timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            pass
        log.seek(0)
        said = log.read()
    return [line for command, ended in zip(commands, outputs_of(said, len(commands))) if (line := verdict(command, ended, said))]


def verdict(command, ended, said):
    if ended is None:
        return f"{command.place}: not over after {TIMEOUT:.0f} s, or an earlier one was not: {command.text}\n{said[-500:]}"
    code, output = ended
    if code not in expected_codes(command.text):
        return f"{command.place}: exit code {code}: {command.text}\n{output[-1500:]}"
    if missing := missing_lines(command.shown, output):
        return f"{command.place}: {command.text} did not print\n" + "\n".join(missing) + f"\nbut\n{output[-1500:]}"
    return None


def check_itself():
    """The parts that could say "all is well" by mistake."""
    assert missing_lines(["a 12 b", "...", "c: 5 ..."], "a 3.5e-4  b\nc: 7 and more\n") == []
    assert missing_lines(["a 12 b"], "a 12 c\n") == ["a 12 b"]
    script = script_of([Command("", "true"), Command("", "echo x; false"), Command("", "exit 3"), Command("", "true")])
    said = subprocess.run(["bash", "-c", script], capture_output=True, text=True).stdout
    codes = [ended and ended[0] for ended in outputs_of(said, 4)]
    assert codes == [0, 1, None, None], codes
    loop = "for a in 1 2; do\n  echo \\\n    $a\ndone\nb"
    assert [c.text for c in documents.shell_commands(documents.Block(1, "sh", loop), "x")] == [loop[:-2], "b"]


def main():
    check_itself()
    built, only = Path(sys.argv[1]).resolve().parent, sys.argv[2:]
    texts = [(str(path.relative_to(ROOT)), documents.commands(path)) for path in documents.documents()]
    texts = [(name, commands) for name, commands in texts if commands] + help_texts(Path(sys.argv[1]).resolve())
    texts = [text for text in texts if not only or text[0] in only]
    begin = time.monotonic()
    with ThreadPoolExecutor(max(2, os.cpu_count() or 1)) as pool:
        wrong = [line for lines in pool.map(lambda text: follow(*text, built), texts) for line in lines]
    for line in wrong:
        print(f"FAILED: {line}\n")
    n = sum(len(commands) for _, commands in texts)
    print(f"{n} commands of {len(texts)} documents and help texts in {time.monotonic() - begin:.0f} s, {len(wrong)} wrong")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
