"""The sections about the run: the cluster, what stopping early would have saved, and where all this comes from."""

from datetime import datetime, timezone

from ..escapes import shell_path
from ..html import escape, table
from . import cluster as lanes
from . import rungs as ladder
from . import words
from .sections import chart, figure, note, section

MESSAGES = 30
SHARES = (
    ("busy", "trial", "training"),
    ("start", "quiet", "until the first trial"),
    ("master", "pinned", "between trials: master, messages, starting processes"),
    ("tail", "pruned", "tail: no trial left while others still train"),
)


def cluster(results, findings, figures):
    used = findings.cluster
    if used.problem:
        return section("timeline", "The cluster", note(used.problem))
    bar = "".join(f'<i class="{kind}" style="width: {100 * used.share(getattr(used, name)):.2f}%"></i>' for name, kind, _ in SHARES)
    rows = "".join(share_row(used, *each) for each in SHARES)
    body = f'<div class="stack" aria-hidden="true">{bar}</div><table class="shares"><tbody>{rows}</tbody></table>'
    body += chart("timeline", "Timeline of the ranks") + note(timeline_note(results))
    return section("timeline", "The cluster", body + note(starts_text(results, used)) + lost(used), figures["timeline"])


def share_row(used, name, kind, what):
    seconds = getattr(used, name)
    return f'<tr><td><i class="dot {kind}"></i> {escape(what)}</td><td>{words.percent(used.share(seconds))}</td><td>{words.duration(seconds)}</td></tr>'


def starts_text(results, used):
    starts = f"{used.sessions} starts (dashed lines); the pauses between are not counted. " if used.sessions > 1 else ""
    return (
        f"{starts}{words.count(used.workers, 'worker')}, {words.duration(used.wall)}: {words.duration(used.total)} of workers' time. "
        f"The master is a rank of its own that trains nothing and is not in these numbers. Each trial shows its last {'leg' if results.pruner else 'attempt'}."
    )


def timeline_note(results):
    trainings = lanes.trainings(results)
    ranks = trainings["rank"].nunique()
    said = []
    if ranks > lanes.LANES:
        said.append(f"The first {lanes.LANES} of {ranks:,} ranks are drawn.")
    if len(trainings) > lanes.BARS:
        said.append(f"{len(trainings):,} trials are too many for a bar each: the darker, the more of the time a rank was training.")
    return " ".join(said)


def lost(used):
    if used.lost.empty:
        return note("No worker was lost.")
    rows = [[str(row.rank), row.host, moment(row.lost_at)] for row in used.lost.itertuples()]
    return "<h3>Lost workers</h3>" + table(["rank", "host", "when"], rows, "lost")


def rungs(results, _findings, figures):
    """What the pruner did; empty where there is none."""
    if not results.pruner:
        return ""
    header = ["rung", "trials", "went on", f"best {results.metric}", "rank correlation with the next rung"]
    rows = [
        [f"epoch {epoch:,}", f"{n:,}", f"{went_on:,}", words.objective(results, best), "–" if agrees is None else f"{agrees:.2f}"]
        for epoch, n, went_on, best, agrees in ladder.steps(results.legs, results.n_epochs, results.maximize)
    ]
    said = (
        f"Pruner: {results.pruner}. A dot is a trial at a rung; lines join the rungs of a trial that went on, the thick one those of the best "
        "at the last rung. The rank correlation (Spearman) is that of the trials that came to both rungs, so of the better ones: 1 says "
        f"that they kept their order. It takes {ladder.LEAST_TRIALS} trials to tell."
    )
    body = (table(header, rows, "rungs") if rows else "") + figure(figures["rungs"]) + note(said)
    return section("rungs", "What pruning did", body, figures["rungs"])


def halving(results, findings, figures):
    """Empty where a pruner has chosen the complete trials: their curves do not stand for all."""
    if results.pruner:
        return ""
    title = "What stopping early would have saved"
    found = findings.replay
    if found.problem:
        return section("halving", title, note(found.problem))
    rows = [halving_row(results, each) for each in found.halvings]
    header = ["keeps", "rungs (trials that go on)", "epochs saved", "the best", "chance of losing it", "typically lost then"]
    drawn = f"of {found.n_curves:,} of the {found.total:,} complete trials, drawn at random" if found.n_curves < found.total else f"of all {found.total:,} complete trials"
    said = (
        f"Synchronous successive halving replayed on the curves {drawn}, each training by itself: at every rung the best share goes on, the "
        "rest stops. The chance is over 300 resamples of these trials (bootstrap): how often the best of a resample would have been stopped, and "
        "the median difference to the best that remained. Curves that a schedule shapes over all epochs would look different "
        "in a shorter training, and with another space so would the chances."
    )
    return section("halving", title, table(header, rows, "halving") + note(said), figures["halving"])


def halving_row(results, each):
    rungs = ", ".join(f"epoch {epoch} ({left})" for epoch, left in each.rungs)
    kept = "kept" if each.kept else f"lost: {words.spread(results, each.loss)} worse"
    return [
        f"best 1/{each.eta}", rungs, words.percent(each.saved), kept, words.percent(each.chance),
        words.spread(results, each.typical_loss) if each.chance else "–",
    ]  # fmt: skip


def provenance(results, _findings, _figures):
    starts = results.study.starts
    rows = [
        [moment(row.started_at), ended(row), f"{row.ranks} on {row.host}", row.cpu, row.build, str(row.git_commit)[:12]]
        for row in starts.itertuples()
    ]
    body = table(["started", "ended", "ranks", "CPU of rank 0", "build", "commit"], rows, "starts")
    body += reproduce(results) + messages(results)
    job = f'<details><summary>The job file, defaults filled in</summary><pre id="job">{escape(results.study.job_resolved)}</pre></details>'
    facts = results.trials.attrs
    file = f"{results.path.name}, run {facts['run_id']}, published {moment(facts['published_at'])}; seed {results.study.job.get('search', {}).get('seed', 0)}."
    return section("provenance", "Provenance", body + job + note(file))


def reproduce(results):
    """The commands that give the same trials, curves and weights again."""
    first = results.study.starts.iloc[0] if len(results.study.starts) else None
    command = first.command if first is not None and first.command else f"trawl run job.yaml -o {shell_path(results.path.name)}"
    commit, dirty, _ = str(first.git_commit if first is not None else "").partition("-dirty")
    commit += "    # and changes that were not committed" if dirty else ""
    lines = [f"git checkout {commit}", "./quickstart.sh    # or: cmake --preset release && cmake --build build/release"] if commit else []
    lines.append(command)
    text = escape("\n".join(lines))
    return (
        f'<h3>To reproduce it</h3><pre id="command" class="wrapped">{text}</pre><p class="controls"><button type="button" data-copy-text="command">Copy</button>'
        '<span class="note">The same build on the same kind of CPU gives the same trials, curves and weights, on any number of ranks. Give another '
        "name after -o: on this file the command only says that all is done.</span></p>"
    )


def messages(results):
    told = results.study.messages
    if told.empty:
        return ""
    rows = [[moment(row.time), row.level, "" if row.trial < 0 else str(row.trial), row.text] for row in told.tail(MESSAGES).itertuples()]
    more = f"The last {MESSAGES} of {len(told):,}." if len(told) > MESSAGES else ""
    opened = " open" if (told.level == "error").any() else ""
    body = table(["when", "level", "trial", "message"], rows, "messages")
    return f"<details{opened}><summary>{words.count(len(told), 'message')}</summary>{body}{note(more)}</details>"


def moment(seconds):
    if seconds is None or seconds != seconds:
        return "–"
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")


def ended(row):
    return moment(row.ended_at) if row.ended_at == row.ended_at else "not yet, or killed"
