"""What the master and the store take, with trials that train nothing.

- Trials per second through MPI, master, journal and published file: cluster_bench, without epochs and with curves of 50.
- Epochs per second until the journal is durable: store_bench epochs.
- The master's cost of a trial whose 50 epochs come in five reports, at the end of studies of 1,000 and a million trials:
  messages decoded, decided and answered, journalled, and made rows by the publisher; not the rows' way into the
  file, which is bounded to a twentieth of a core: store_bench cost.
- 10,000 simulated workers with trials of a second, in virtual time: master_bench.
- complete(), from the last trial's end to the sorted, compressed and verified file: store_bench complete. The limit
  is the same columns, not compressed, written plainly once and synced."""

import subprocess

from bench_part import check, main, say

LAUNCHER = ("mpirun", "--oversubscribe", "--bind-to", "none", "-n")
COST_LIMIT = 200.0  # us of a core
SIMULATED_TRAINING = 99.0  # % of the workers' time
SIMULATED_CORE = 20.0  # % of a core
BYTES_A_TRIAL = 1.0  # a finished trial costs a bit


def numbers(part, program, *arguments, ranks=None):
    """The line of numbers that a program prints."""
    launcher = (*LAUNCHER, str(ranks)) if ranks else ()
    command = [*launcher, str(part.build / "tests" / "bench" / program), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    check(done.returncode == 0, f"{' '.join(command)}: exit code {done.returncode}: {done.stderr}")
    say(f"{' '.join(command[len(launcher):])}: {done.stdout.strip()}")
    return [float(word) for word in done.stdout.split()]


def against(part, what, ours, limit, goal):
    part.row(what, ours, [limit], [value / limit for value in ours], goal)


def measure_trials(part):
    for epochs, trials, limit in ((0, 400_000, 50_000), (50, 50_000, 5_000)):
        for ranks in (3, 8):
            size = 2000 if part.quick else trials
            ours = [numbers(part, "cluster_bench", size, epochs, ranks=ranks)[3] for _ in range(part.repeats)]
            curves = f"of {epochs} epochs" if epochs else "without epochs"
            against(part, f"trials/s {curves} through the master, {ranks} ranks | limit", ours, limit, ">= 1")


def measure_epochs(part):
    size = 100_000 if part.quick else 5_000_000
    ours = [numbers(part, "store_bench", "epochs", size)[0] for _ in range(part.repeats)]
    against(part, "epochs/s stored, durable | limit", ours, 1e6, ">= 1")


def measure_cost(part):
    few, many = [], []
    for _ in range(part.repeats):
        few.append(sum(numbers(part, "store_bench", "cost", 1000)))
        many.append(sum(numbers(part, "store_bench", "cost", 3000 if part.quick else 1_000_000)))
    against(part, "us of the master a trial of 50 epochs, 10^3 trials | limit", few, COST_LIMIT, "<= 1")
    against(part, "us of the master a trial of 50 epochs, 10^6 trials | limit", many, COST_LIMIT, "<= 1")
    part.row("us of the master a trial, 10^6 trials | 10^3", many, few, [a / b for a, b in zip(many, few)], "<= 1.5")


def measure_simulated(part):
    size = (100, 20) if part.quick else (10_000, 100)
    runs = [numbers(part, "master_bench", *size) for _ in range(part.repeats)]
    _, _, training, core, grown = zip(*runs)
    against(part, "% of 10,000 simulated workers' time training | limit", training, SIMULATED_TRAINING, ">= 1")
    against(part, "% of a core deciding for them | limit", core, SIMULATED_CORE, "<= 1")
    against(part, "bytes of the master's memory a finished trial | limit", grown, BYTES_A_TRIAL, "<= 1")


def measure_complete(part):
    size = 500 if part.quick else 100_000
    runs = [numbers(part, "store_bench", "complete", size) for _ in range(part.repeats)]
    ours, disk, _, _ = zip(*runs)
    part.row("s to complete 10^5 trials of 50 epochs | the disk", ours, disk, [a / b for a, b in zip(ours, disk)])


def measure(part):
    measure_trials(part)
    measure_epochs(part)
    measure_cost(part)
    measure_simulated(part)
    measure_complete(part)


main(measure, __doc__)
