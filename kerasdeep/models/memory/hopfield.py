"""The Hopfield network: memories as minima of an energy."""

import functools
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasdeep import backend
from kerasdeep.backend import check_built, positive_integer, seed_number
from kerasdeep.backend.random_state import SavedRandomState
from kerasdeep.backend.registration import register
from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.energies.sweeps import sweep
from kerasdeep.training.model import TrainedModel
from kerasdeep.units import Bernoulli, Spin

VALUES = {"spin": (-1.0, 1.0), "binary": (0.0, 1.0)}


@register
class HopfieldNetwork(SavedRandomState, TrainedModel):
    r"""Hopfield network.

    Units of two values with symmetric weights and the energy

    $$E(s) = -\tfrac12 \sum_{i \neq j} w_{ij} s_i s_j.$$

    `fit` stores patterns by Hebb's rule, one pass, no iteration:

    $$\Delta w_{ij} = \frac1N \sum_\mu s_i^\mu s_j^\mu \quad (s = \pm 1), \qquad
    \Delta w_{ij} = \frac4N \sum_\mu \bigl(s_i^\mu - \tfrac12\bigr)\bigl(s_j^\mu - \tfrac12\bigr)
    \quad (s \in \{0, 1\}),$$

    with no weight from a unit to itself. A second `fit` adds patterns to those stored. Calling the
    network, `predict` and `recall` let the units settle: asynchronously, one unit after the other
    in random order, the energy never rises and the state ends in a minimum. Of some $0.138 N$
    random patterns, most units are recalled; beyond, all memories break down together.

    Args:
        values: `"spin"` for units of -1 and +1, `"binary"` for 0 and 1. Default `"spin"`.
        seed: integer seed of the order of updates. Default None: from Keras's global seed.

    Attributes:
        kernel: $w$, shape `(num_units, num_units)`.
        num_patterns: how many patterns were stored.

    Raises:
        ValueError: for other `values`, or patterns of other values or another width.

    Example:

    >>> network = HopfieldNetwork()
    >>> network.fit(patterns)                    # rows of -1 and +1
    >>> network.recall(corrupted)

    Reference: Hopfield (1982), Neural networks and physical systems with emergent collective
    computational abilities. PNAS 79. Capacity: Amit, Gutfreund, Sompolinsky (1985), Storing
    infinite numbers of patterns in a spin-glass model of neural networks. PRL 55.
    """

    measured_every = None
    objective = "the energy of the patterns"
    takes_metrics = False

    def __init__(self, values: str = "spin", seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if values not in VALUES:
            raise ValueError(
                f"HopfieldNetwork expects values='spin' or 'binary'. Received: {values!r}."
            )
        self.values = values
        self.visible = Spin() if values == "spin" else Bernoulli()
        self.seed = seed_number(seed, "HopfieldNetwork")
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.mean_energy = keras.metrics.Mean("energy")
        self.compile(optimizer=None, jit_compile=False)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if self.built:
            return
        shape = (input_shape[-1], input_shape[-1])
        self.kernel = self.add_weight(
            name="kernel", shape=shape, initializer="zeros", trainable=False
        )
        self.num_patterns = self.add_weight(
            name="num_patterns", shape=(), initializer="zeros", dtype="int32", trainable=False
        )
        self.built = True

    def own_metrics(self) -> list[keras.metrics.Metric]:
        return [self.mean_energy]

    def _reported_loss(self, logs):
        return logs["energy"]

    def fit(self, *args: Any, **kwargs: Any) -> keras.callbacks.History:
        """Stores patterns; arguments and result as of `keras.Model.fit`, in one epoch."""
        if "epochs" in kwargs:
            raise ValueError(
                "HopfieldNetwork stores patterns in one pass. Received: epochs. Leave it out."
            )
        return super().fit(*args, **kwargs)

    def check_rows(self, rows: np.ndarray, num_visible: int | None = None) -> None:
        low, high = VALUES[self.values]
        if not np.isin(rows, (low, high)).all():
            raise ValueError(
                f"HopfieldNetwork with values={self.values!r} expects rows of {low:g} and "
                f"{high:g}. Received: shape {rows.shape}, values from {rows.min():g} to "
                f"{rows.max():g}."
            )
        super().check_rows(rows, num_visible)

    def _update(self, patterns, weight):
        backend.check_one_device(self)
        signs = patterns if self.values == "spin" else 2 * patterns - 1
        num_units = self.kernel.shape[0]
        change = ops.matmul(ops.transpose(signs), signs) / num_units
        self.kernel.assign_add(change * (1 - ops.eye(num_units)))
        self.num_patterns.assign_add(ops.shape(patterns)[0])
        self._measure(patterns, weight)

    def _measure(self, patterns, weight):
        self.mean_energy.update_state(self.energy(patterns), weight)

    def energy(self, state: ArrayLike) -> Tensor:
        """Returns $E(s)$ of each row, shape `(batch,)`."""
        state = ops.cast(state, "float32")
        return -ops.sum(ops.matmul(state, self.kernel) * state, axis=-1) / 2

    def call(self, inputs: Tensor) -> Tensor:
        return self.recall(inputs)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return input_shape

    def recall(self, state: ArrayLike, max_sweeps: int = 100, synchronous: bool = False) -> Tensor:
        r"""Lets units settle: $s_i$ takes the sign of its field $\sum_j w_{ij} s_j$.

        A unit whose field is zero stays as it is.

        Args:
            state: array of shape `(batch, num_units)`.
            max_sweeps: largest number of sweeps over all units, at least 1; settled states end it
                earlier. Default 100.
            synchronous: whether all units move at once. Then the energy may rise, and the state
                may oscillate between two. Default False: one after the other, in an order that is
                drawn anew for every sweep.

        Returns:
            Tensor of the same shape.
        """
        check_built(self)
        sweeps = positive_integer(max_sweeps, "max_sweeps", "recall")
        return self._settle(ops.cast(state, "float32"), sweeps, synchronous)

    @functools.cached_property
    def _settle(self):
        return backend.compiled(self._run_sweeps)

    def _run_sweeps(self, state, max_sweeps, synchronous):
        def go_on(number, state, settled):
            return (number < max_sweeps) & ~settled

        def step(number, state, settled):
            after = self._all_at_once(state) if synchronous else self._one_by_one(state)
            return number + 1, after, ops.all(ops.equal(after, state))

        return ops.while_loop(go_on, step, (0, state, False))[1]

    def _moved(self, field, values):
        low, high = VALUES[self.values]
        return ops.where(field > 0, high, ops.where(field < 0, low, values))

    def _all_at_once(self, state):
        return self._moved(ops.matmul(state, self.kernel), state)

    def _one_by_one(self, state):
        num_units = self.kernel.shape[0]
        order = keras.random.shuffle(ops.arange(num_units), seed=self.seed_generator)
        return sweep(state, order, self.kernel, ops.zeros((num_units,)), self._moved)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "values": self.values, "seed": self.seed}

    def get_compile_config(self) -> dict[str, Any] | None:
        return None
