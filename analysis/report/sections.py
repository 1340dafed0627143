"""The page's sections, one function each: the text and tables, and places that the page's script draws into."""

from ..html import escape, table
from ..values import text
from . import sampling, words
from .failures import numbers

SHORTER = ": the objective of a shorter training does not compare"


def section(name, title, body, drawn=None):
    """`drawn`: the figure of that name beside the page."""
    files = ""
    if drawn is not None and not drawn.svg and escape(drawn.problem) not in body:
        body += note(f"There is no PNG and SVG of this figure. {drawn.problem}")
    if drawn is not None and drawn.svg:
        files = f'<span class="files">this figure: <a href="{name}.png">PNG</a> <a href="{name}.svg">SVG</a></span>'
    return f'<section id="{name}"><h2>{escape(title)}{files}</h2>\n{body}\n</section>'


def note(*sentences):
    said = " ".join(filter(None, sentences))
    return f'<p class="note">{escape(said)}</p>' if said else ""


def chart(name, label):
    return f'<div class="chart" data-draw="{name}" data-label="{escape(label)}"></div>'


def figure(drawn):
    return f'<div class="figure">{drawn.svg}</div>' if drawn.svg else note(drawn.problem)


def has_complete(results):
    return bool(results.complete.objective.notna().any())


def cut_short(results, why=""):
    """That a figure leaves those out that the pruner stopped; empty where it stopped none."""
    number = len(results.cut_short)
    return f"Without {words.count(number, 'pruned or paused trial')}{why}." if number else ""


def best(results, findings, _figures):
    points = findings.points
    if not points.points:
        return section("best", "Best trials", note(points.sentence))
    sure = ["± 95 %", "chance of being best"] if points.sigma is not None else []
    header = ["", "trial" if results.repeats == 1 else "trials", results.metric, *sure, *results.parameters, "job file"]
    rows = "\n".join(best_row(results, place, point) for place, point in enumerate(points.points, 1))
    top = "".join(f"<th>{escape(name)}</th>" for name in header)
    body = f'<div class="wide"><table class="best"><thead><tr>{top}</tr></thead><tbody>\n{rows}\n</tbody></table></div>'
    return section("best", "Best trials", body + note(points.sentence))


def best_row(results, place, point):
    trial = results.trials.loc[point.trial]
    last = point.trial + len(point.repeats) - 1
    cells = [str(place), str(point.trial) if last == point.trial else f"{point.trial}–{last}", words.objective(results, point.mean)]
    if point.half_width is not None:
        cells += [f"± {words.spread(results, point.half_width)}", words.percent(point.chance)]
    cells += [text(trial[name]) for name in results.parameters]
    tds = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    button = f'<button type="button" class="copy" data-copy-trial="{point.trial}" aria-label="Copy trial {point.trial} as a job file">Copy</button>'
    return f"<tr>{tds}<td>{button}</td></tr>"


def history(results, _findings, figures):
    if not has_complete(results):
        return section("history", "Optimization history", note("No trial is complete."))
    said = sampling.left_out(min(len(results.started), sampling.TRIALS), len(results.started), "trials", "The line of the best is that of all.")
    lead = '<p class="key"><i class="dot trial"></i> a complete trial <i class="bar best"></i> the best so far</p>'
    return section("history", "Optimization history", lead + chart("history", "Optimization history") + note(cut_short(results, SHORTER), said), figures["history"])


def curves(results, _findings, figures):
    trained = int((results.started.n_epochs > 0).sum())
    if not trained:
        return section("curves", "Learning curves", note("No trial has finished an epoch."))
    shown = min(trained, sampling.CURVES)
    where = "The shaded bands are the middle half and the middle 90 % of all trials."
    said = sampling.left_out(shown, trained, "learning curves", where)
    epochs = int(results.trials.n_epochs.max())
    limit = sampling.CURVE_EPOCHS if shown > sampling.FEW_CURVES else 5 * sampling.CURVE_EPOCHS
    thinned = f"Of {epochs:,} epochs {limit} are drawn, evenly spaced, the first and the last among them." if epochs > limit else ""
    controls = '<p class="controls"><label>metric <select id="curves-metric"></select></label></p>'
    pruned = '<i class="bar pruned"></i> pruned or paused ' if len(results.cut_short) else ""
    lead = (
        '<p class="key"><i class="bar best"></i> the best trial <i class="bar trial"></i> all others '
        f'<i class="bar failed"></i> failed {pruned}<i class="bar pinned"></i> marked by a click</p>'
    )
    body = controls + lead + chart("curves", "Learning curves") + note(" ".join(filter(None, (said, thinned))))
    return section("curves", "Learning curves", body, figures["curves"])


def parallel(results, _findings, figures):
    if not has_complete(results) or not results.parameters:
        return section("parallel", "Parallel coordinates", note("There is no complete trial with a searched parameter."))
    status = '<p class="controls"><span class="note" id="brush-status" aria-live="polite"></span></p>'
    count = int(results.complete.objective.notna().sum())
    said = "" if count <= 3000 else "At most 3,000 lines are drawn: the best 300, and of the others every so many in the order of their objective."
    body = status + f'<div class="wide"><div style="min-width: {110 * (len(results.parameters) + 1)}px">{chart("parallel", "Parallel coordinates")}</div></div>'
    return section("parallel", "Parallel coordinates", body + note(cut_short(results), said), figures["parallel"])


def slices(results, _findings, figures):
    if not has_complete(results) or not results.varied:
        return section("slices", "Slices", note("No searched parameter takes more than one value among complete trials."))
    constant = [name for name in results.parameters if name not in results.varied]
    said = f"Not drawn, because it is the same in all complete trials: {', '.join(constant)}." if constant else ""
    key = '<p class="key"><i class="dot trial"></i> a complete trial <i class="dot pruned"></i> pruned or paused, at what it had reached</p>'
    key = key if len(results.cut_short) else ""
    return section("slices", "Slices", f'{key}<div class="slices" data-draw="slices"></div>{note(said)}', figures["slices"])


def drawn_from(results):
    count = int(results.complete.objective.notna().sum())
    return f"Drawn from {sampling.PLOTTED:,} of {count:,} trials, taken at random." if count > sampling.PLOTTED else ""


def contours(results, _findings, figures):
    lead = ""
    if figures["contours"].svg:
        lead = note(
            f"{results.metric} between the most important parameters, interpolated by Optuna between the trials (dots); where there "
            "are no dots it is a guess.",
            cut_short(results),
            drawn_from(results),
        )
    return section("contours", "Contours", lead + figure(figures["contours"]), figures["contours"])


def importances(results, findings, figures):
    found = findings.importances
    if found.problem:
        return section("importances", "What mattered", note(found.problem))
    rows = "\n".join(importance_row(row) for row in found.rows)
    body = f'<table class="importances"><tbody>{rows}</tbody></table>{note(found.caveat)}'
    return section("importances", "What mattered", body, figures["importances"])


def importance_row(row):
    bar = f'<i style="width: {100 * row.mean:.1f}%"></i><u style="left: {100 * row.low:.1f}%; width: {100 * (row.high - row.low):.1f}%"></u>'
    low, high = words.percent(row.low), words.percent(row.high)
    return f'<tr><th scope="row">{escape(row.name)}</th><td><div class="track">{bar}</div></td><td>{words.percent(row.mean)}</td><td class="note">{low} to {high}</td></tr>'


def distribution(results, _findings, figures):
    lead = note(f"The share of complete trials whose {results.metric} is at most so much.", cut_short(results), drawn_from(results)) if figures["distribution"].svg else ""
    return section("distribution", "How the objective is distributed", lead + figure(figures["distribution"]), figures["distribution"])


def trials(results, _findings, _figures):
    if results.started.empty:
        return section("trials", "All trials", note("No trial has been started yet."))
    shown = min(len(results.started), sampling.TRIALS)
    waiting = len(results.trials) - len(results.started)
    everything = f"For all of them: trawl trials {results.path.name} --format csv"
    said = sampling.left_out(shown, len(results.started), "trials", everything).replace("are drawn here", "are in this table")
    later = f"{words.count(waiting, 'trial')} not started yet." if waiting else ""
    return section("trials", "All trials", note(" ".join(filter(None, (said, later)))) + '<div data-draw="trials"></div>')


def failures(results, findings, _figures):
    found = findings.failures
    if not found:
        return section("failures", "Failures", note("No trial failed."))
    rows = [[words.count(len(each.trials), "trial"), each.reason, numbers(each.trials), each.where] for each in found[:20]]
    more = f"{len(found) - 20} rarer reasons are not shown." if len(found) > 20 else ""
    body = table(["how many", "reason", "trials", "where in the space"], rows, "failures")
    return section("failures", "Failures", body + note(more))
