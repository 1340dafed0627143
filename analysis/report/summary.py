"""The study in a sentence, and its numbers at a glance."""

from ..html import escape
from . import words

# Of those that read better than "search (sobol)".
SAMPLERS = {"random": "random search", "grid": "grid search", "list": "list"}


def sentence(results, findings):
    return " ".join(part for part in (what(results), found(results, findings), mattered(findings), *findings.pruning) if part)


def what(results):
    trials, job = results.trials, results.study.job
    kind = kind_of(job.get("search", {}).get("sampler"))
    searched = [name for name in results.parameters if name != "name"]
    over = f" over {words.listed(searched)}" if searched else ""
    points = trials.point.nunique()
    each = f" ({words.count(points, 'point')}, each trained {results.repeats} times)" if results.repeats > 1 else ""
    return f"A {kind} of {words.count(len(trials), 'trial')}{each}{over}{on_data(results)}."


def kind_of(sampler):
    return SAMPLERS.get(sampler, f"search ({sampler})" if sampler else "search")


def on_data(results):
    size, source = results.study.data, results.study.job.get("data", {}).get("source")
    if not size.get("train_rows"):
        return ""
    return f", trained on {size['train_rows']:,} rows{f' ({source})' if source else ''} and ranked on {size['validation_rows']:,} others"


def found(results, findings):
    if results.best is None:
        return "No point is complete yet." if results.live else "No trial came to an objective."
    known, value = best_point(results, findings), best_value(results, findings)
    sure = f" ± {words.spread(results, known.half_width)}" if known and known.half_width is not None else ""
    mean = mean_of(results)
    parameters = words.parameters(results, results.best)
    with_ = f", with {parameters}" if parameters else ""
    return f"The best reaches {results.metric} {words.objective(results, value)}{sure}{mean}{with_}."


def best_point(results, findings):
    return next((point for point in findings.points.points if point.trial == results.best.number), None)


def best_value(results, findings):
    known = best_point(results, findings)
    return known.mean if known else results.best.objective


def mean_of(results):
    return f", the mean of {results.repeats}" if results.repeats > 1 else ""


def mattered(findings):
    rows = findings.importances.rows
    if len(rows) < 2:
        return ""
    return f"What mattered most was {rows[0].name} ({words.percent(rows[0].mean)} of the variance)."


def tiles(results, findings):
    """(number, what it is), the few that are read first."""
    states = results.trials.state.value_counts()
    trained = int(results.trials.n_epochs.sum())
    answer = []
    if results.best is not None:
        answer.append((words.objective(results, best_value(results, findings)), f"best {results.metric}{mean_of(results)}"))
    if "test_accuracy" in results.study.test:
        answer.append((f"{100 * results.study.test['test_accuracy']:.2f} %", "of its test rows are right"))
    answer.append((f"{states.get('complete', 0):,} of {len(results.trials):,}", "trials complete"))
    for state in ("pruned", "paused", "failed", "running"):
        if states.get(state):
            answer.append((f"{states[state]:,}", state))
    answer.append((f"{trained:,}", "epochs trained"))
    if findings.cluster.wall:
        workers = words.count(findings.cluster.workers, "worker")
        answer.append((words.duration(findings.cluster.wall), f"on {workers}, training {words.percent(findings.cluster.utilisation)} of it"))
    return answer


def header(results, findings):
    boxes = "".join(f"<div><b>{escape(value)}</b><span>{escape(label)}</span></div>" for value, label in tiles(results, findings))
    return f"""<header>
<p class="kicker">Trawl report</p>
<h1>{escape(results.trials.attrs["study"])}</h1>
<p class="lead" id="sentence">{escape(sentence(results, findings))}</p>
<div class="tiles">{boxes}</div>
</header>"""
