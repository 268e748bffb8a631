"""A target of activity for the hidden units of a Boltzmann machine."""

from typing import Any, Self

from kerasdeep.backend.registration import register
from kerasdeep.backend.types import Tensor


@register
class SparsityTarget:
    r"""Draws the mean activity $q_j$ of every hidden unit towards a target $p$.

    Its part in the gradient is that of the cross-entropy $-\lambda \sum_j \bigl(p \log q_j +
    (1 - p) \log(1 - q_j)\bigr)$ with respect to the hidden biases,

    $$\Delta c_j \propto \lambda\,(p - q_j),$$

    where $q$ is a running mean over batches. The weights are left to the data. Hidden biases start
    where units without weights have the activity $p$: units that are on too often learn alike.

    Args:
        target: $p$, between 0 and 1. Default 0.05.
        cost: $\lambda \geq 0$. Default 0.1.
        decay: share of the running mean that stays at each batch, from 0 to below 1. Default 0.9.

    Raises:
        ValueError: for arguments out of these ranges.

    Example:

    >>> rbm = RBM(500, sparsity=SparsityTarget(0.05, cost=0.5))

    References: Lee, Ekanadham, Ng (2008), Sparse deep belief net model for visual area V2. NIPS 20.
    Hinton (2012), A practical guide to training RBMs, sections 8 and 11.
    """

    def __init__(self, target: float = 0.05, cost: float = 0.1, decay: float = 0.9) -> None:
        if not (0 < target < 1 and cost >= 0 and 0 <= decay < 1):
            raise ValueError(
                "SparsityTarget expects target between 0 and 1, cost of at least 0 and decay from "
                f"0 to below 1. Received: target={target}, cost={cost}, decay={decay}."
            )
        self.target = target
        self.cost = cost
        self.decay = decay

    def running_mean(self, before: Tensor, now: Tensor) -> Tensor:
        """Returns the running mean of the activities after another batch."""
        return self.decay * before + (1 - self.decay) * now

    def gradient(self, activity: Tensor) -> Tensor:
        """Returns what gradient descent subtracts from the hidden biases."""
        return self.cost * (activity - self.target)

    def get_config(self) -> dict[str, Any]:
        return {"target": self.target, "cost": self.cost, "decay": self.decay}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        return cls(**config)
