"""The number of updates of a training, counted and by its learning rates: what C4 is about."""

from math import ceil

from .noise import Finding, Verdict

DOCUMENT_ROWS = 48_000
DOCUMENT_EPOCHS = 50
DOCUMENT_UPDATES = 75_000


def updates_per_epoch(rows, batch_size):
    """The last, smaller mini-batch is used, too; `all` is one update."""
    return 1 if batch_size == "all" else ceil(rows / int(batch_size))


def updates_of_full_batch(model, rows):
    epochs = model.complete[0].n_epochs
    updates = epochs * updates_per_epoch(rows, model.parameters.get("batch_size"))
    verdict = Verdict.HOLDS if updates == epochs else Verdict.FAILS
    return Finding.of(verdict, f"{model.name}: {updates:,} updates in {epochs} epochs")


def updates_of_mini_batch(model, rows):
    size, epochs = model.parameters.get("batch_size"), model.complete[0].n_epochs
    each = updates_per_epoch(rows, size)
    text = f"{model.name}: {epochs * each:,} updates in {epochs} epochs of {rows:,} rows at batch size {size}"
    if rows != DOCUMENT_ROWS:
        return Finding.of(Verdict.UNTOLD, f"{text}, not {DOCUMENT_ROWS:,} rows")
    if epochs != DOCUMENT_EPOCHS:
        text += f", so {each * DOCUMENT_EPOCHS:,} in {DOCUMENT_EPOCHS}"
    return Finding.of(Verdict.HOLDS if each * DOCUMENT_EPOCHS == DOCUMENT_UPDATES else Verdict.FAILS, text)


def updates_by_decay(model, rows):
    """Solves rate = first / (1 + decay t) for the last update t; [] where the rate does not fall so."""
    decay = inverse_time_decay(model.parameters.get("learning_rate_schedule"))
    if not model.complete or not decay:
        return []
    training = model.complete[0]
    rate = float(training.curve.learning_rate.iloc[-1])
    measured = round((float(model.parameters["learning_rate"]) / rate - 1) / decay) + 1
    counted = training.n_epochs * updates_per_epoch(rows, model.parameters.get("batch_size"))
    verdict = Verdict.HOLDS if measured == counted else Verdict.FAILS
    text = f"{model.name}: {measured:,} updates by its last learning rate {rate:.4g}, {counted:,} counted"
    return [Finding.of(verdict, text)]


def inverse_time_decay(schedule):
    """The decay of "{inverse_time: {decay: 0.0001}}"; None of any other schedule."""
    head, _, rest = str(schedule).replace("'", "").partition("{inverse_time: {decay: ")
    return None if head or not rest else float(rest.rstrip("}"))
