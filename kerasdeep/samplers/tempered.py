"""Parallel tempering."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from keras import ops

from kerasdeep import backend
from kerasdeep.backend import positive_integer
from kerasdeep.backend.registration import register
from kerasdeep.backend.types import Tensor
from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.energies.tempering import Tempered
from kerasdeep.samplers.base import Particles, Sampler
from kerasdeep.samplers.persistent import alike

# Share of the running swap rate that one training step replaces.
RATE_OF_SWAP_RATE = 0.01


@register
class ParallelTempering(Sampler):
    r"""Parallel tempering: persistent chains at several temperatures that exchange their states.

    At inverse temperature $\beta$ from 0 to 1 a chain follows $p_\beta(v) \propto e^{-F_\beta(v)}$
    of `kerasdeep.energies.tempering`: independent units with the means of the data at
    $\beta = 0$, where chains move freely, the model at $\beta = 1$, whose chains are the
    particles. After every Gibbs step, chains at neighbouring temperatures, even and odd pairs in
    turn, exchange their states with probability

    $$\min\Bigl(1,\ e^{F_{\beta_i}(v_i) + F_{\beta_j}(v_j) - F_{\beta_i}(v_j)
    - F_{\beta_j}(v_i)}\Bigr),$$

    which leaves the distribution of every chain as it is.

    Args:
        num_temperatures: number of temperatures, at least 2, evenly spaced in $\beta$. Default 10.
        num_chains: chains at each temperature, at least 1. Default 100. A step costs
            `num_temperatures` times as much as one of PCD.
        steps: Gibbs steps a training step, each followed by exchanges, at least 1. Default 1.

    Attributes:
        swap_rate: running share of accepted exchanges between neighbouring temperatures, shape
            `(num_temperatures - 1,)`, from the lowest $\beta$ up. Rates near 0 ask for more
            temperatures.

    Raises:
        ValueError: for numbers out of these ranges.

    Example:

    >>> rbm.compile(sampler=ParallelTempering(num_temperatures=10, num_chains=20))
    >>> rbm.fit(x, epochs=5)
    >>> rbm.sampler.swap_rate

    References: Desjardins et al. (2010), Tempered Markov chain Monte Carlo for training of
    restricted Boltzmann machines. AISTATS. Cho, Raiko, Ilin (2010), Parallel tempering is efficient
    for learning restricted Boltzmann machines. IJCNN.
    """

    def __init__(
        self, num_temperatures: int = 10, num_chains: int = 100, steps: int = 1, **kwargs: Any
    ) -> None:
        super().__init__(steps, **kwargs)
        name = type(self).__name__
        self.num_temperatures = positive_integer(num_temperatures, "num_temperatures", name)
        self.num_chains = positive_integer(num_chains, "num_chains", name)
        if num_temperatures < 2:
            raise ValueError(
                f"{name} expects at least 2 temperatures. Received: num_temperatures=1. Use "
                "PersistentContrastiveDivergence for one."
            )

    def build(
        self, kernel_shape: tuple[int, int], weight_shapes: Sequence[Sequence[int]] | None = None
    ) -> None:
        num_visible, num_hidden = kernel_shape

        def state(name, *shape, dtype="float32"):
            return self.add_weight(
                name=name, shape=shape, initializer="zeros", dtype=dtype, trainable=False
            )

        # One row a chain, all chains of a temperature together, from the lowest beta up.
        self.chains = state("chains", self.num_temperatures * self.num_chains, num_hidden)
        self.base_bias = state("base_bias", num_visible)
        self.swap_rate = state("swap_rate", self.num_temperatures - 1)
        self.count = state("count", dtype="int32")
        self.built = True

    def initialize(self, machine: Harmonium) -> None:
        self.base_bias.assign(machine.visible_bias)

    def start_from(self, hidden: Tensor) -> None:
        self.chains.assign(np.resize(hidden, self.chains.shape))

    @property
    def betas(self) -> np.ndarray:
        r"""The $\beta$ of every chain, shape `(num_temperatures * num_chains,)`."""
        return self._betas_of(self.num_chains)

    def _betas_of(self, size):
        return np.repeat(np.linspace(0.0, 1.0, self.num_temperatures, dtype="float32"), size)

    def negative_phase(
        self, machine: Harmonium, field: Tensor, sample_weight: Tensor | None = None
    ) -> Particles:
        path = Tempered(machine, self.base_bias.value)
        width = self.chains.shape[-1]
        chains = ops.reshape(self.chains, (self.num_temperatures, self.num_chains, width))
        hidden = backend.own_part(chains, axis=1)
        size = hidden.shape[1]
        hidden, betas = ops.reshape(hidden, (-1, width)), self._betas_of(size)
        for _ in range(self.steps):
            field = path.visible_field(hidden, betas)
            visible = machine.visible.sample(field, machine.seed_generator)
            visible, field = self.exchange(path, visible, machine.hidden_field(visible))
            hidden = machine.hidden.sample(path.hidden_field(field, betas), machine.seed_generator)
        hidden = ops.reshape(hidden, (self.num_temperatures, size, width))
        hidden = backend.put_together(hidden, chains, axis=1)
        self.chains.assign(ops.reshape(hidden, (-1, width)))
        first = (self.num_temperatures - 1) * size
        return alike(visible[first:], machine.hidden.mean(field[first:]), sample_weight)

    def exchange(self, path: Tempered, visible: Tensor, field: Tensor) -> tuple[Tensor, Tensor]:
        """Exchanges states of neighbouring temperatures; returns the new states and fields."""
        num_pairs, size = self.num_temperatures - 1, visible.shape[0] // self.num_temperatures
        betas = self._betas_of(size)
        below, above = slice(None, num_pairs * size), slice(size, None)
        low, high = betas[below], betas[above]
        gain = path.log_weight(visible[below], field[below], low, high)
        gain += path.log_weight(visible[above], field[above], high, low)
        uniform = backend.uniform((num_pairs * size,), path.machine.seed_generator)
        # Even pairs of temperatures in one step, odd ones in the next: no state moves twice.
        its_turn = ops.equal(np.arange(num_pairs) % 2, self.count % 2)
        accepted = ops.log(uniform + 1e-30) < gain
        swap = accepted & ops.repeat(its_turn, size)
        self._measure(accepted, its_turn)
        nobody = ops.zeros((size,), "bool")
        goes_up = ops.concatenate([swap, nobody])
        goes_down = ops.concatenate([nobody, swap])
        partner = (
            np.arange(len(betas))
            + size * ops.cast(goes_up, "int32")
            - size * ops.cast(goes_down, "int32")
        )
        return ops.take(visible, partner, axis=0), ops.take(field, partner, axis=0)

    def _measure(self, accepted, its_turn):
        swaps = ops.reshape(ops.cast(accepted, "float32"), (self.num_temperatures - 1, -1))
        share = backend.sum_over_replicas(ops.sum(swaps, axis=1)) / self.num_chains
        change = share - self.swap_rate
        # The first measurement of a pair counts in full.
        rate = ops.where(self.count < 2, 1.0, RATE_OF_SWAP_RATE)
        self.swap_rate.assign_add(ops.where(its_turn, rate * change, 0.0))
        self.count.assign_add(1)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_temperatures": self.num_temperatures,
            "num_chains": self.num_chains,
        }
