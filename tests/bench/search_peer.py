"""The search of search.py by Optuna and PyTorch, as those who know them write it.

    search_peer.py FOLDER prepare    makes the study and names its points; not measured
    search_peer.py FOLDER work       trains until all are done, then prints their objectives; two at a time

FOLDER/task.json has images, space, points and epochs. The study lies in a JournalStorage on a file, as Optuna advises
for processes without a database. Tensors are in memory and mini-batches are taken from them whole; the validation rows
are one mini-batch. An epoch reports its val_accuracy and measures nothing else (trawl keeps five more figures).
"""

import json
import pathlib
import sys
import warnings

import optuna
import torch
from bench_training import read_samples, sgd_with_l2

HIDDEN, CLASSES = (128, 64), 10
VALIDATION = 0.2  # the last fifth
STATES = optuna.trial.TrialState


def network_of(n_features, dropout):
    """Keras' initial values, as ours."""
    layers, inputs = [], n_features
    for outputs in HIDDEN:
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU(), torch.nn.Dropout(dropout)]
        inputs = outputs
    network = torch.nn.Sequential(*layers, torch.nn.Linear(inputs, CLASSES))
    for layer in network:
        if isinstance(layer, torch.nn.Linear):
            torch.nn.init.xavier_uniform_(layer.weight)
            torch.nn.init.zeros_(layer.bias)
    return network


def suggest(trial, parameter):
    name = parameter["name"]
    if parameter["kind"] == "categorical":
        return trial.suggest_categorical(name, parameter["choices"])
    return trial.suggest_float(name, parameter["low"], parameter["high"], log=parameter["log"])


class Objective:
    def __init__(self, task):
        self.task = task
        features, labels = read_samples(task["images"])
        self.rows = len(labels) - int(len(labels) * VALIDATION)
        self.train = features[: self.rows], labels[: self.rows]
        self.validation = features[self.rows :], labels[self.rows :]

    def __call__(self, trial):
        values = {parameter["name"]: suggest(trial, parameter) for parameter in self.task["space"]}
        network = network_of(self.train[0].shape[1], values["dropout"])
        optimizer = sgd_with_l2(network, values["learning_rate"], values["l2"])
        accuracy = 0.0
        for epoch in range(self.task["epochs"]):
            self.train_epoch(network, optimizer, values["batch_size"])
            accuracy = self.val_accuracy(network)
            trial.report(accuracy, epoch)
        return accuracy

    def train_epoch(self, network, optimizer, batch_size):
        network.train()
        features, labels = self.train
        loss_function = torch.nn.CrossEntropyLoss()
        for rows in torch.randperm(self.rows).split(batch_size):
            optimizer.zero_grad(set_to_none=True)
            # Faster than features[rows]: measured 1.1 to 4 times on PyTorch 1.13.
            loss_function(network(features.index_select(0, rows)), labels.index_select(0, rows)).backward()
            optimizer.step()

    def val_accuracy(self, network):
        network.eval()
        features, labels = self.validation
        with torch.no_grad():
            return (network(features).argmax(1) == labels).float().mean().item()


def open_study(folder):
    storage = optuna.storages.JournalStorage(optuna.storages.JournalFileStorage(str(folder / "journal")))
    sampler = optuna.samplers.RandomSampler()
    return optuna.create_study(
        study_name="search", storage=storage, sampler=sampler, direction="maximize", load_if_exists=True
    )


def main():
    folder, what = pathlib.Path(sys.argv[1]), sys.argv[2]
    task = json.loads((folder / "task.json").read_text())
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    torch.set_num_threads(1)
    study = open_study(folder)
    if what == "prepare":
        for point in task["points"]:
            study.enqueue_trial(point)
        return
    mine = []
    # Those that run count too: else the last to finish would start one more.
    stop = optuna.study.MaxTrialsCallback(len(task["points"]), states=(STATES.RUNNING, STATES.COMPLETE))
    study.optimize(Objective(task), callbacks=[stop, lambda _, trial: mine.append(trial.value)])
    print(json.dumps(mine))


main()
