"""The perceptron and its training as the headers of include/trawl/nn state them, in float64:
gradients from PyTorch's autograd, every update written out here. Nothing of it calls Trawl's code."""

import dataclasses
import math

import torch
from torch.nn import functional

UPDATES = 20
BN_EPSILON = 1e-3
BN_MOMENTUM = 0.99
ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}


@dataclasses.dataclass(frozen=True)
class Case:
    """One training. The names of the fields are those of job files."""

    name: str
    optimizer: str = "sgd"
    learning_rate: float = 0.1
    schedule: str = "constant"
    decay: float = 0.0
    rate: float = 1.0
    floor: float = 0.0
    updates: int = 1
    activation: str = "relu"
    normalized: tuple = (0, 0)
    batch_size: int = 16
    l2: float = 0.0
    momentum: float = 0.9
    rho: float = 0.9
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7


def learning_rate(case, t):
    """Of update t, 0-based."""
    fraction = t / case.updates
    return case.learning_rate * {
        "constant": 1.0,
        "inverse_time": 1.0 / (1.0 + case.decay * t),
        "exponential": case.rate**fraction,
        "step": case.rate ** math.floor(fraction),
        "cosine": case.floor + (1.0 - case.floor) * (1.0 + math.cos(math.pi * min(fraction, 1.0))) / 2.0,
    }[case.schedule]


class Formulas:
    """The optimizers, as Keras 3 has them: weights -= what the gradient g and the state say."""

    def __init__(self, case, arrays):
        self.case = case
        self.states = {name: (torch.zeros_like(array), torch.zeros_like(array)) for name, array in arrays.items()}

    def update(self, arrays, gradients, eta, t):
        with torch.no_grad():
            for name, array in arrays.items():
                array -= getattr(self, self.case.optimizer)(gradients[name], eta, t + 1, *self.states[name])

    def sgd(self, g, eta, _t, _first, _second):
        return eta * g

    def momentum(self, g, eta, _t, v, _second):
        v.copy_(self.case.momentum * v - eta * g)
        return -v

    def nesterov(self, g, eta, _t, v, _second):
        v.copy_(self.case.momentum * v - eta * g)
        return -(self.case.momentum * v - eta * g)

    def rmsprop(self, g, eta, _t, s, _second):
        s.copy_(self.case.rho * s + (1 - self.case.rho) * g**2)
        return eta * g / torch.sqrt(s + self.case.epsilon)

    def adam(self, g, eta, t, m, v):
        m += (1 - self.case.beta_1) * (g - m)
        v += (1 - self.case.beta_2) * (g**2 - v)
        corrected = eta * math.sqrt(1 - self.case.beta_2**t) / (1 - self.case.beta_1**t)
        return corrected * m / (torch.sqrt(v) + self.case.epsilon)


def forward(case, arrays, features, training):
    """Logits [rows, classes], and the sums before relu, whose signs float32 must see alike.
    In training the moving statistics move."""
    outputs, sums = features, []
    for layer, normalized in enumerate(case.normalized):
        name = f"hidden_{layer}"
        outputs = outputs @ arrays[f"{name}/weights"]
        if normalized:
            outputs = normalize(arrays, name, outputs, training)
        else:
            outputs = outputs + arrays[f"{name}/bias"]
        sums.append(outputs.detach().flatten())
        outputs = ACTIVATIONS[case.activation](outputs)
    return outputs @ arrays["output/weights"] + arrays["output/bias"], torch.cat(sums)


def normalize(arrays, name, sums, training):
    mean, variance = arrays[f"{name}/moving_mean"], arrays[f"{name}/moving_variance"]
    scale, shift = arrays[f"{name}/gamma"], arrays[f"{name}/beta"]
    if not training:
        return functional.batch_norm(sums, mean, variance, scale, shift, False, 0.0, BN_EPSILON)
    with torch.no_grad():
        mean.copy_(BN_MOMENTUM * mean + (1 - BN_MOMENTUM) * sums.mean(0))
        variance.copy_(BN_MOMENTUM * variance + (1 - BN_MOMENTUM) * sums.var(0, unbiased=False))
    return functional.batch_norm(sums, None, None, scale, shift, True, 0.0, BN_EPSILON)


def penalty(case, arrays):
    return case.l2 * sum((array**2).sum() for name, array in arrays.items() if name.endswith("/weights"))


def mini_batches(case, samples):
    """The rows of each update; an epoch's last mini-batch may be smaller."""
    batches = [epoch[at : at + case.batch_size] for epoch in samples.order for at in range(0, len(epoch), case.batch_size)]
    return batches[:UPDATES]


def train(case, samples, optimizer_class=Formulas):
    """The stored values of one training by name, in the order of the file; and the smallest
    distance of a sum before the activation from 0."""
    arrays = {name: array.clone() for name, array in samples.initial_arrays(case).items()}
    trained = {name: array.requires_grad_() for name, array in arrays.items() if "/moving_" not in name}
    optimizer = optimizer_class(case, trained)
    found = {"loss": [], "learning_rates": [], "evaluation": []}
    margin = math.inf
    for t, rows in enumerate(mini_batches(case, samples)):
        logits, sums = forward(case, arrays, samples.features[rows], True)
        loss = functional.cross_entropy(logits, samples.labels[rows]) + penalty(case, arrays)
        gradients = dict(zip(trained, torch.autograd.grad(loss, list(trained.values()))))
        optimizer.update(trained, gradients, learning_rate(case, t), t)
        found["loss"].append(loss.item())
        found["learning_rates"].append(learning_rate(case, t))
        margin = min(margin, sums.abs().min().item())
        if t in (0, UPDATES - 1):
            found.update((f"after_{t + 1}/{name}", array.detach().clone()) for name, array in arrays.items())
    logits, sums = forward(case, arrays, samples.features, False)
    loss = functional.cross_entropy(logits, samples.labels) + penalty(case, arrays)
    right = (logits.argmax(1) == samples.labels).double().mean()
    found["evaluation"] = [loss.item(), right.item()]
    return found, min(margin, sums.abs().min().item())
