"""Samplers whose chains live as long as the training."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from keras import ops

from kerasdeep import backend
from kerasdeep.backend import positive_integer
from kerasdeep.backend.registration import register
from kerasdeep.backend.types import Tensor
from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.energies.views import shifted
from kerasdeep.samplers.base import Particles, Sampler


@register
class PersistentContrastiveDivergence(Sampler):
    r"""PCD-k: chains that live as long as the training and never see the data.

    Every training step moves `num_chains` chains on by $k$ Gibbs steps under the current weights.
    With a small learning rate they follow the model's own distribution, so the update approaches
    the gradient of the log-likelihood. Also called stochastic maximum likelihood.

    Args:
        num_chains: number of chains, at least 1. Default 100.
        steps: $k$, at least 1. Default 1.
        restart: share of the chains that start anew in a training step, at random, from 0 to below
            1, so that a chain lives for `1 / restart` steps on average. They pass where the chains
            of `sample` will, and what is there and not like data is unlearned. Default 0.0.

    Attributes:
        active_chains: how many of them move and count; all, but for a schedule.

    Raises:
        ValueError: if `num_chains` or `steps` is not a positive integer, or for another `restart`.

    Example:

    >>> rbm.compile(sampler=PersistentContrastiveDivergence(num_chains=100, steps=1))

    References: Tieleman (2008), Training restricted Boltzmann machines using approximations to the
    likelihood gradient. ICML. Du, Mordatch (2019), Implicit generation and modeling with
    energy-based models, section 3.2 (chains that start anew). NeurIPS.
    """

    def __init__(
        self, num_chains: int = 100, steps: int = 1, restart: float = 0.0, **kwargs: Any
    ) -> None:
        super().__init__(steps, **kwargs)
        name = type(self).__name__
        self.num_chains = positive_integer(num_chains, "num_chains", name)
        self.active_chains = self.num_chains
        if not 0 <= restart < 1:
            raise ValueError(
                f"{name} expects restart from 0 to below 1. Received: restart={restart}."
            )
        self.restart = float(restart)

    def change(self, **numbers: int) -> None:
        super().change(**numbers)
        if self.active_chains > self.num_chains:
            raise ValueError(
                f"{type(self).__name__} has {self.num_chains} chains. Received: "
                f"active_chains={self.active_chains}. Make it with the largest number."
            )

    def build(
        self, kernel_shape: tuple[int, int], weight_shapes: Sequence[Sequence[int]] | None = None
    ) -> None:
        # From zero hidden values the first step draws the visible units from their biases alone:
        # the base rates of the data, where the biases were initialized from it.
        self.chains = self.add_weight(
            name="chains",
            shape=(self.num_chains, kernel_shape[-1]),
            initializer="zeros",
            dtype="float32",
            trainable=False,
        )
        self.built = True

    def start_from(self, hidden: Tensor) -> None:
        self.chains.assign(np.resize(hidden, self.chains.shape))

    def negative_phase(
        self, machine: Harmonium, field: Tensor, sample_weight: Tensor | None = None
    ) -> Particles:
        moving, resting = ops.split(self.chains.value, [self.active_chains])
        own = backend.own_part(moving)
        if self.restart:
            goes_on = backend.uniform((own.shape[0], 1), machine.seed_generator) >= self.restart
            own = ops.where(goes_on, own, ops.zeros_like(own))
        visible, field = machine.gibbs_chain(own, self.steps)
        moved = machine.hidden.sample(field, machine.seed_generator)
        self.chains.assign(ops.concatenate([backend.put_together(moved, moving), resting]))
        return alike(visible, machine.hidden.mean(field), sample_weight)

    def get_config(self) -> dict[str, Any]:
        own = {"num_chains": self.num_chains, "restart": self.restart}
        return {**super().get_config(), **own}


@register
class FastPersistentContrastiveDivergence(PersistentContrastiveDivergence):
    r"""Fast PCD: chains that are pushed out of where they stay by weights that are soon forgotten.

    The chains follow $W + W_f$, where the fast weights (and fast biases) learn from the same
    gradients at a rate of their own and decay,

    $$W_f \leftarrow \lambda W_f - \eta_f \nabla W,$$

    so that the energy rises wherever a chain lingers. The model itself learns as with PCD, and may
    do so slowly without its chains getting stuck.

    Args:
        num_chains: number of chains, at least 1. Default 100.
        steps: Gibbs steps a training step, at least 1. Default 1.
        fast_rate: learning rate $\eta_f \geq 0$ of the fast weights; 0 makes it PCD. Default 0.05.
        decay: $\lambda$ from 0 to below 1. Default 0.95.

    Raises:
        ValueError: for arguments out of these ranges.

    Example:

    >>> rbm.compile(sampler=FastPersistentContrastiveDivergence(num_chains=100))

    Reference: Tieleman, Hinton (2009), Using fast weights to improve persistent contrastive
    divergence. ICML.
    """

    def __init__(
        self,
        num_chains: int = 100,
        steps: int = 1,
        fast_rate: float = 0.05,
        decay: float = 0.95,
        **kwargs: Any,
    ) -> None:
        super().__init__(num_chains, steps, **kwargs)
        if not (fast_rate >= 0 and 0 <= decay < 1):
            raise ValueError(
                "FastPersistentContrastiveDivergence expects fast_rate of at least 0 and decay "
                f"from 0 to below 1. Received: fast_rate={fast_rate}, decay={decay}."
            )
        self.fast_rate = fast_rate
        self.decay = decay

    def build(
        self, kernel_shape: tuple[int, int], weight_shapes: Sequence[Sequence[int]] | None = None
    ) -> None:
        super().build(kernel_shape)
        num_visible, num_hidden = kernel_shape
        self.fast_weights = [
            self.add_weight(name="fast_weight", shape=shape, initializer="zeros", trainable=False)
            for shape in (*(weight_shapes or [kernel_shape]), (num_visible,), (num_hidden,))
        ]

    def negative_phase(
        self, machine: Harmonium, field: Tensor, sample_weight: Tensor | None = None
    ) -> Particles:
        fast = shifted(machine, self.fast_weights)
        return super().negative_phase(fast, field, sample_weight)

    def observe(self, gradients: list[Tensor]) -> None:
        # What units learn by themselves, beyond weights and biases, has no fast weights.
        for weight, gradient in zip(self.fast_weights, gradients, strict=False):
            gradient = backend.mean_over_replicas(gradient)
            weight.assign(self.decay * weight - self.fast_rate * gradient)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "fast_rate": self.fast_rate, "decay": self.decay}


def alike(visible: Tensor, hidden: Tensor, sample_weight: Tensor | None) -> Particles:
    """Returns particles that count alike, in all as much as the data."""
    weight = None
    if sample_weight is not None:
        weight = ops.ones_like(visible[:, 0]) * backend.mean_of_all_rows(sample_weight)
    return Particles(visible, hidden, weight)
