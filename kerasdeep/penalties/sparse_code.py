"""Codes that are rarely on."""

from typing import Any

import keras
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.registration import register
from kerasdeep.backend.types import Tensor
from kerasdeep.penalties.code import CodePenalty

MARGIN = 1e-6


@register
class SparseCode(CodePenalty):
    r"""Draws the mean activity $\hat\rho_j$ of every code unit over a batch towards a target,

    $$\lambda \sum_j \mathrm{KL}(\rho \,\|\, \hat\rho_j), \qquad \mathrm{KL}(\rho \,\|\, \hat\rho) =
    \rho \log \frac{\rho}{\hat\rho} + (1 - \rho) \log \frac{1 - \rho}{1 - \hat\rho}.$$

    For units between 0 and 1, such as sigmoid ones, and batches of so many rows that a unit that is
    on as often as it should be is on in several of them.

    Args:
        target: $\rho$, between 0 and 1. Default 0.05.
        cost: $\lambda \geq 0$. Default 1.0.

    Raises:
        ValueError: for arguments out of these ranges.

    Example:

    >>> autoencoder = Autoencoder(
    ...     keras.layers.Dense(196, "sigmoid"), penalty=SparseCode(0.1, cost=3.0)
    ... )

    Reference: Ng (2011), Sparse autoencoder. CS294A lecture notes, section 3.
    """

    def __init__(self, target: float = 0.05, cost: float = 1.0) -> None:
        super().__init__(cost)
        if not 0 < target < 1:
            raise ValueError(f"SparseCode expects a target between 0 and 1. Received: {target}.")
        self.target = float(target)

    def of_rows(self, encoder: keras.layers.Layer, code: Tensor, share: Tensor) -> Tensor:
        rows = ops.maximum(backend.mean_over_replicas(ops.sum(share)), MARGIN)
        activity = backend.mean_over_replicas(ops.matmul(share, code)) / rows
        return ops.sum(self.divergence(activity)) * ops.ones_like(share)

    def divergence(self, activity: Tensor) -> Tensor:
        r"""Returns $\mathrm{KL}(\rho \,\|\, \hat\rho_j)$ of each unit, in nats."""
        activity = ops.clip(activity, MARGIN, 1 - MARGIN)
        on = self.target * ops.log(self.target / activity)
        return on + (1 - self.target) * ops.log((1 - self.target) / (1 - activity))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "target": self.target}
