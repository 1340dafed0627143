"""The lab's models: their names in the job files, their order, and one colour and line a model.

Colours were chosen so that those of one part differ under protanopia and deuteranopia, too; lines
and markers differ besides. A model of both parts has one look in both.
"""

from dataclasses import dataclass

BATCH = "Batch gradient descent"
STOCHASTIC = "Stochastic (batch size 1)"
MINI_BATCH_32 = "Mini-batch (32)"
DECAY = "Mini-batch + decay"
MOMENTUM = "Mini-batch + decay + momentum"
ADAM = "Adam"
RMSPROP = "RMSProp"

MINI_BATCH = "Mini-batch"
L2 = "L2"
DROPOUT_2 = "Dropout 0.2"
DROPOUT_3 = "Dropout 0.3"
DROPOUT_5 = "Dropout 0.5"
EARLY_STOPPING = "Early stopping"
BATCH_NORMALIZATION = "Batch normalization"
SEARCH_BEST = "Best of the random search"

OPTIMIZERS = "optimizers"
REGULARIZATION = "regularization"
PARTS = {
    OPTIMIZERS: (BATCH, STOCHASTIC, MINI_BATCH_32, DECAY, MOMENTUM, ADAM, RMSPROP),
    REGULARIZATION: (
        MINI_BATCH, L2, DROPOUT_2, DROPOUT_3, DROPOUT_5, ADAM, RMSPROP, EARLY_STOPPING, BATCH_NORMALIZATION, SEARCH_BEST,
    ),
}  # fmt: skip
JOB_FILES = {OPTIMIZERS: "jobs/lab-optimizers.yaml", REGULARIZATION: "jobs/lab-regularization.yaml"}


@dataclass(frozen=True)
class Look:
    color: str
    line: object = "-"
    marker: str = "o"


MINI_BATCH_LOOK = Look("#000000", "-", "o")
LOOKS = {
    BATCH: Look("#999999", (0, (6, 2)), "s"),
    STOCHASTIC: Look("#e07fe6", (0, (2, 1)), "v"),
    MINI_BATCH_32: MINI_BATCH_LOOK,
    DECAY: Look("#e3ad00", (0, (5, 1, 1, 1)), "D"),
    MOMENTUM: Look("#00685f", (0, (1, 1)), "P"),
    ADAM: Look("#0072b2", "-", "^"),
    RMSPROP: Look("#d1370f", (0, (4, 1)), "X"),
    MINI_BATCH: MINI_BATCH_LOOK,
    L2: Look("#d8577f", (0, (6, 2)), "s"),
    DROPOUT_2: Look("#86d49d", "-", "<"),
    DROPOUT_3: Look("#2f9e4b", (0, (5, 1, 1, 1)), ">"),
    DROPOUT_5: Look("#064832", (0, (2, 1)), "v"),
    EARLY_STOPPING: Look("#2cc3dd", "-", "D"),
    BATCH_NORMALIZATION: Look("#f59a23", (0, (1, 1)), "p"),
    SEARCH_BEST: Look("#481eaf", (0, (5, 1, 1, 1, 1, 1)), "*"),
}
