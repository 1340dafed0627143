"""Share of this core's multiply-adds that whole training updates on dense input reach, in GFLOP/s.

The peak is measured in the same process, by turns with the updates: multiply-adds between registers."""

from bench_part import main
from speeds import our_meter

FEATURES, CLASSES = 784, 10
GOAL = ">= 0.75"


def flops_per_sample(hidden):
    """Two a multiply-add: each weight is in three products (forward, its gradient, the gradient of the layer's
    input), those of the first layer in two. All else of an update (activations, loss, biases) counts as nothing."""
    widths = [FEATURES, *hidden, CLASSES]
    weights = [inputs * outputs for inputs, outputs in zip(widths, widths[1:])]
    return 2 * (3 * sum(weights) - weights[0])


def measure(part):
    meter = our_meter(part)
    for hidden in ((128, 64), (1024, 1024)):
        name = "-".join(map(str, hidden))
        for batch in (128, 512):
            ours, peak = [], []
            for _ in range(part.repeats):
                peak.append(meter.ask("peak"))
                ours.append(meter.ask(f"dense sgd {batch} {name}") * flops_per_sample(hidden) / 1e9)
            what = f"GFLOP/s of updates, {name}, batch {batch} | multiply-adds alone"
            part.row(what, ours, peak, [a / b for a, b in zip(ours, peak)], GOAL)
    meter.close()


main(measure, __doc__)
