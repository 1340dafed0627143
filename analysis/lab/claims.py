"""C1 to C16, in order."""

from . import claims_optimizers, claims_regularization

CLAIMS = claims_optimizers.CLAIMS + claims_regularization.CLAIMS
