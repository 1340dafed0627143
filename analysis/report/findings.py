"""What the report works out of the results, once for the page and the figures."""

from dataclasses import dataclass

from .cluster import Cluster, used_cluster
from .failures import failures
from .halving import Replay, replay
from .importances import Importances, importances
from .points import RankedPoints, rank_points
from .rungs import sentences


@dataclass(frozen=True)
class Findings:
    points: RankedPoints
    importances: Importances
    replay: Replay
    cluster: Cluster
    failures: list
    pruning: list  # sentences; none without a pruner


def find(results):
    pruning = sentences(results.legs, results.n_epochs) if results.pruner else []
    return Findings(rank_points(results), importances(results), replay(results), used_cluster(results), failures(results), pruning)
