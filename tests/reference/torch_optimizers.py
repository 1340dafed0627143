"""The same updates by torch.optim, wherever it can be made to compute the same."""

import math

import torch

RMSPROP_EPSILON = 1e-300  # a root of it still is a float64; beside it no s > 0 changes

CONFIRMED = {
    "sgd": "torch.optim.SGD",
    "momentum": "torch.optim.SGD, given the rate times the gradient and a rate of 1, as the rate stands inside v",
    "nesterov": "torch.optim.SGD, given the rate times the gradient and a rate of 1, as the rate stands inside v",
    "rmsprop": "torch.optim.RMSprop but for epsilon's place: both with one of nearly 0",
    "adam": "torch.optim.Adam, given epsilon / sqrt(1 - beta_2^t) at update t, as it corrects the root before it adds epsilon",
}


class TorchOptimizer:
    """Takes the place of formulas.Formulas."""

    def __init__(self, case, arrays):
        self.case = case
        parameters = list(arrays.values())
        self.inside = case.optimizer in ("momentum", "nesterov")
        if case.optimizer == "rmsprop":
            self.optimizer = torch.optim.RMSprop(parameters, case.learning_rate, case.rho, math.sqrt(case.epsilon))
        elif case.optimizer == "adam":
            self.optimizer = torch.optim.Adam(parameters, case.learning_rate, (case.beta_1, case.beta_2))
        else:
            momentum = case.momentum if self.inside else 0.0
            self.optimizer = torch.optim.SGD(parameters, 1.0, momentum, nesterov=case.optimizer == "nesterov")

    def update(self, arrays, gradients, eta, t):
        group = self.optimizer.param_groups[0]
        group["lr"] = 1.0 if self.inside else eta
        if self.case.optimizer == "adam":
            group["eps"] = self.case.epsilon / math.sqrt(1 - self.case.beta_2 ** (t + 1))
        for name, array in arrays.items():
            array.grad = eta * gradients[name] if self.inside else gradients[name]
        self.optimizer.step()
