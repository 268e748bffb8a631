"""The general Boltzmann machine: hidden units, and any connections."""

import functools
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.random_state import SavedRandomState
from kerasdeep.backend.registration import register
from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.energies.contrastive import share_of
from kerasdeep.energies.sweeps import sweep
from kerasdeep.likelihood.exact import states
from kerasdeep.training.model import TrainedModel
from kerasdeep.units import Bernoulli

MAX_EXACT_UNITS = 20


@register
class BoltzmannMachine(SavedRandomState, TrainedModel):
    r"""Boltzmann machine: binary units, visible and hidden, with symmetric weights between any.

    With $s = (v, h)$, $s_i \in \{0, 1\}$,

    $$E(s) = -\sum_{i < j} w_{ij} s_i s_j - \sum_i b_i s_i, \qquad p(s) = e^{-E(s)} / Z, \qquad
    p(v) = \sum_h p(v, h).$$

    Each weight learns from two correlations that its own units can measure,

    $$\Delta w_{ij} \propto \langle s_i s_j \rangle_\text{clamped}
                     - \langle s_i s_j \rangle_\text{free},$$

    one with the data clamped on the visible units, one of the machine left to itself. Up to 20
    units both are exact sums over all states; beyond, the hidden units of the clamped phase are
    drawn anew for every batch, in `steps` sweeps, and the free phase has chains that live as long
    as the training.

    `fit` reports `correlation_gap`, the root mean square of the difference, and, where exact,
    `log_likelihood` in nats an example; `loss` is minus the latter, or else the gap. Calling the
    machine and `predict` give the means of the hidden units given the visible ones,
    $\mathbb{E}[h \mid v]$, exact, of up to 20 hidden units.

    Args:
        num_hidden: number of hidden units, 0 or more. Default 0.
        connections: array of shape `(num_units, num_units)`, visible units first, true where units
            are connected; only pairs that are so both ways count. Default None: all pairs.
        num_chains: chains of the free phase, above 20 units; at least 1. Default 100.
        steps: sweeps over all units a training step, above 20 units; at least 1. Default 5.
        seed: integer seed of initial weights and of all sampling. Default None: from Keras's
            global seed.

    Attributes:
        kernel: $w$, symmetric, shape `(num_units, num_units)`.
        bias: $b$, shape `(num_units,)`.

    Raises:
        ValueError: for counts out of range, connections of another shape, or data outside [0, 1].

    Example:

    >>> machine = BoltzmannMachine(num_hidden=2)
    >>> machine.compile(keras.optimizers.SGD(0.5))
    >>> machine.fit(patterns, epochs=500)        # the 4-2-4 encoder: rows of 8 units
    >>> machine.log_likelihood(patterns)

    Reference: Ackley, Hinton, Sejnowski (1985), A learning algorithm for Boltzmann machines.
    Cognitive Science 9.
    """

    measured_every = None
    objective = "minus the log-likelihood of an example, or the correlation gap beyond 20 units"
    takes_metrics = False

    def __init__(
        self,
        num_hidden: int = 0,
        connections: ArrayLike | None = None,
        num_chains: int = 100,
        steps: int = 5,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        name = "BoltzmannMachine"
        self.num_hidden = num_hidden and backend.positive_integer(num_hidden, "num_hidden", name)
        self.connections = None if connections is None else np.asarray(connections, bool)
        self.num_chains = backend.positive_integer(num_chains, "num_chains", name)
        self.steps = backend.positive_integer(steps, "steps", name)
        self.visible = Bernoulli()
        self.seed = backend.seed_number(seed, name)
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.correlation_gap = keras.metrics.Mean("correlation_gap")
        self.mean_log_likelihood = keras.metrics.Mean("log_likelihood")

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if self.built:
            return
        num_units = input_shape[-1] + self.num_hidden
        connected = np.ones((num_units, num_units), bool)
        if self.connections is not None:
            connected = self.connections & self.connections.T
        if connected.shape != (num_units, num_units):
            raise ValueError(
                f"BoltzmannMachine expects connections of shape {(num_units, num_units)}. "
                f"Received: shape {self.connections.shape}."
            )
        self.mask = (connected & ~np.eye(num_units, dtype=bool)).astype("float32")

        def initial(shape, dtype=None):
            drawn = keras.random.normal(shape, stddev=0.01, dtype=dtype, seed=self.seed)
            return (drawn + ops.transpose(drawn)) * self.mask

        self.kernel = self.add_weight(
            name="kernel", shape=(num_units, num_units), initializer=initial
        )
        self.bias = self.add_weight(name="bias", shape=(num_units,), initializer="zeros")
        self.chains = self.add_weight(
            name="chains",
            shape=(0 if self.exact else self.num_chains, num_units),
            initializer="zeros",
            trainable=False,
        )
        self.built = True
        self._build_training()

    @property
    def num_units(self) -> int:
        """Number of all units."""
        return self.kernel.shape[0]

    @property
    def num_visible(self) -> int:
        """Number of visible units."""
        return self.num_units - self.num_hidden

    @property
    def row_shape(self) -> tuple[int | None, ...]:
        return (self.num_visible,)

    @property
    def exact(self) -> bool:
        """Whether sums over all states are small enough to be taken."""
        return len(self.mask) <= MAX_EXACT_UNITS

    def energy(self, state: ArrayLike) -> Tensor:
        """Returns $E(s)$ of rows of all units, shape `(batch,)`."""
        state = ops.cast(state, "float32")
        pairs = ops.sum(ops.matmul(state, self.kernel) * state, axis=-1) / 2
        return -pairs - ops.matmul(state, self.bias)

    # Exact sums, up to 20 units.

    def call(self, inputs: Tensor) -> Tensor:
        posterior, hidden = self._posterior(inputs)
        return ops.cast(ops.matmul(posterior, hidden), self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (*input_shape[:-1], self.num_hidden)

    def log_partition(self) -> Tensor:
        r"""Returns $\log Z$, a scalar in nats."""
        return ops.logsumexp(-self.energy(self._all_states(self.num_units)))

    def free_energy(self, visible: ArrayLike) -> Tensor:
        r"""Returns $F(v) = -\log \sum_h e^{-E(v, h)}$, shape `(batch,)`, in nats."""
        return -ops.logsumexp(self._clamped_log_terms(visible), axis=1)

    def log_likelihood(self, visible: ArrayLike) -> Tensor:
        r"""Returns $\log p(v)$ of each row, shape `(batch,)`, in nats."""
        backend.check_built(self)
        return -self.free_energy(visible) - self.log_partition()

    def _all_states(self, num_units):
        if num_units > MAX_EXACT_UNITS:
            raise ValueError(
                f"BoltzmannMachine sums over the states of at most {MAX_EXACT_UNITS} units. "
                f"Received: {num_units}. Use sample for larger machines."
            )
        if num_units == 0:
            return np.zeros((1, 0), "float32")
        return np.concatenate(list(states(self.visible, num_units)))

    def _clamped_log_terms(self, visible):
        """Returns -E(v, h) of each row with all hidden states, shape `(batch, num_states)`."""
        visible, d = ops.cast(visible, "float32"), self.num_visible
        hidden = ops.convert_to_tensor(self._all_states(self.num_hidden))
        own = ops.sum(ops.matmul(visible, self.kernel[:d, :d]) * visible, axis=-1) / 2
        own += ops.matmul(visible, self.bias[:d])
        between = ops.matmul(visible, ops.matmul(self.kernel[:d, d:], ops.transpose(hidden)))
        among = ops.sum(ops.matmul(hidden, self.kernel[d:, d:]) * hidden, axis=-1) / 2
        return own[:, None] + between + among + ops.matmul(hidden, self.bias[d:])

    def _posterior(self, visible):
        """Returns p(h | v), shape `(batch, num_states)`, and the states of the hidden units."""
        log_terms = self._clamped_log_terms(visible)
        posterior = ops.exp(log_terms - ops.logsumexp(log_terms, axis=1, keepdims=True))
        return posterior, ops.convert_to_tensor(self._all_states(self.num_hidden))

    # Sampling.

    def sample(
        self,
        num_samples: int = 16,
        steps: int = 1000,
        temperatures: ArrayLike | None = None,
        initial: ArrayLike | None = None,
    ) -> Tensor:
        """Draws states of all units by Gibbs sampling, one unit after the other.

        Args:
            num_samples: number of chains, at least 1. Default 16. Ignored with `initial`.
            steps: sweeps over all units, at least 1. Default 1000. Ignored with `temperatures`.
            temperatures: simulated annealing: the temperature of each sweep, all above 0, such as
                `np.geomspace(10, 1, 200)`. Default None: 1 in all sweeps.
            initial: states to start from, shape `(num_samples, num_units)`. Default None: random.

        Returns:
            Zeros and ones, shape `(num_samples, num_units)`.

        Raises:
            ValueError: for arguments out of range, or states of another number of units.
        """
        backend.check_built(self)
        num_samples = backend.positive_integer(num_samples, "num_samples", "sample")
        steps = backend.positive_integer(steps, "steps", "sample")
        temperatures = np.ones(steps) if temperatures is None else np.asarray(temperatures)
        if not (temperatures > 0).all():
            raise ValueError(f"sample expects temperatures above 0. Received: {temperatures}.")
        if initial is None:
            shape = (num_samples, self.num_units)
            initial = keras.random.randint(shape, 0, 2, seed=self.seed_generator)
        state = ops.cast(initial, "float32")
        if len(state.shape) != 2 or state.shape[1] != self.num_units:
            raise ValueError(
                f"sample expects states of all {self.num_units} units to start from, shape "
                f"(num_samples, {self.num_units}). Received: shape {tuple(state.shape)}."
            )
        return self._compiled_sweeps(state, ops.convert_to_tensor(temperatures, "float32"), 0)

    @functools.cached_property
    def _compiled_sweeps(self):
        return backend.compiled(self._sweeps)

    def _sweeps(self, state, temperatures, first_unit):
        """Draws units from `first_unit` on in turn, in one sweep at each temperature."""
        order = ops.arange(first_unit, self.num_units)

        def one(number, state):
            def move(field, _):
                mean = ops.sigmoid(field / temperatures[number])
                uniform = backend.uniform(ops.shape(mean), self.seed_generator)
                return ops.cast(uniform < mean, "float32")

            return sweep(state, order, self.kernel, self.bias, move)

        return ops.fori_loop(0, ops.shape(temperatures)[0], one, state)

    # Training.

    def own_metrics(self) -> list[keras.metrics.Metric]:
        return [self.correlation_gap, self.mean_log_likelihood]

    def get_metrics_result(self) -> dict[str, Tensor]:
        logs = super().get_metrics_result()
        if not self.exact:
            logs.pop("log_likelihood")
        return logs

    def _reported_loss(self, logs):
        return -logs["log_likelihood"] if self.exact else logs["correlation_gap"]

    def _update(self, visible, weight):
        gap = self._gap(visible, share_of(visible, weight), move_chains=True)
        self._apply(gap, [self.kernel, self.bias])
        self._measure_gap(visible, weight, gap)

    def _measure(self, visible, weight):
        gap = self._gap(visible, share_of(visible, weight), move_chains=False)
        self._measure_gap(visible, weight, gap)

    def _gap(self, visible, share, move_chains):
        """Returns correlations and means of the free phase minus those of the clamped one."""
        clamped = self._clamped_phase(visible, share)
        free = self._free_phase(move_chains)
        total = backend.mean_over_replicas(ops.sum(share))
        return [(total * free[0] - clamped[0]) * self.mask, total * free[1] - clamped[1]]

    def _clamped_phase(self, visible, share):
        if not self.exact:
            shape = ops.shape(visible)[0], self.num_hidden
            hidden = ops.floor(2 * backend.uniform(shape, self.seed_generator))
            state = ops.concatenate([visible, hidden], axis=1)
            if self.num_hidden:
                state = self._sweeps(state, ops.ones((self.steps,)), self.num_visible)
            return _correlations(state, share)
        posterior, hidden = self._posterior(visible)
        mean = ops.matmul(posterior, hidden)
        state = ops.concatenate([visible, mean], axis=1)
        correlations, means = _correlations(state, share)
        among, _ = _correlations(hidden, ops.matmul(share, posterior))
        d = self.num_visible
        top = correlations[:d]
        bottom = ops.concatenate([correlations[d:, :d], among], axis=1)
        return ops.concatenate([top, bottom]), means

    def _free_phase(self, move_chains):
        if self.exact:
            state = ops.convert_to_tensor(self._all_states(self.num_units))
            return _correlations(state, ops.softmax(-self.energy(state)))
        state = backend.own_part(self.chains.value)
        if move_chains:
            state = self._sweeps(state, ops.ones((self.steps,)), 0)
            self.chains.assign(backend.put_together(state, self.chains.value))
        return _correlations(state, share_of(state, None))

    def _measure_gap(self, visible, weight, gap):
        gap = backend.mean_over_replicas(gap[0])
        root = ops.sqrt(ops.sum(ops.square(gap)) / max(1.0, self.mask.sum()))
        self.correlation_gap.update_state(root)
        if self.exact:
            self.mean_log_likelihood.update_state(self.log_likelihood(visible), weight)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_hidden": self.num_hidden,
            "connections": None if self.connections is None else self.connections.tolist(),
            "num_chains": self.num_chains,
            "steps": self.steps,
            "seed": self.seed,
        }


def _correlations(state, share):
    r"""Returns $\sum_n q_n s_n s_n^\top$ and $\sum_n q_n s_n$."""
    return [ops.matmul(ops.transpose(state) * share, state), ops.matmul(share, state)]
