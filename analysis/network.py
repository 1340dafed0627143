"""The best network of a results file, in NumPy."""

import numpy as np

from .schema import read_best_network

EPSILON = 1e-3  # of batch normalization, as Keras has it
ACTIVATIONS = {
    "relu": lambda x: np.maximum(x, 0),
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
}


class BestNetwork:
    """layers: [{"weights": [inputs, outputs], "bias": [outputs], ...}], in their order; a layer that is normalized has
    gamma, beta, moving_mean and moving_variance instead of a bias. All are float32."""

    def __init__(self, path):
        self.trial, self.activation, self.layers = read_best_network(path)

    def scores(self, x):
        """The output before softmax, a row a sample, of rows that are scaled as the training's were."""
        x = np.asarray(x, np.float32)
        for layer in self.layers[:-1]:
            x = ACTIVATIONS[self.activation](normalized(x @ layer["weights"], layer))
        return normalized(x @ self.layers[-1]["weights"], self.layers[-1])

    def predict(self, x):
        """The most likely class of every row."""
        return self.scores(x).argmax(axis=1)


def normalized(x, layer):
    if "bias" in layer:
        return x + layer["bias"]
    scale = layer["gamma"] / np.sqrt(layer["moving_variance"] + np.float32(EPSILON))
    return (x - layer["moving_mean"]) * scale + layer["beta"]
