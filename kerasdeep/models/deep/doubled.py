"""RBMs that become a deep Boltzmann machine: input from one side counts as from both."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasdeep.backend.registration import register, serialized
from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.energies.layered import Layered
from kerasdeep.energies.views import Observed
from kerasdeep.models.boltzmann import RBM
from kerasdeep.units import Mixed, Softmax, Unit


class DoubledFields:
    """For a machine whose units receive a multiple of what its connection and biases give them.

    Attributes:
        up: factor of the hidden units' fields.
        down: factor of the visible units' fields, a number or one a unit.
    """

    def hidden_field(self, visible: ArrayLike) -> Tensor:
        return self.up * super().hidden_field(visible)

    def visible_field(self, hidden: ArrayLike) -> Tensor:
        return self.down * super().visible_field(hidden)


@dataclasses.dataclass(frozen=True, eq=False)
class DoubledView(DoubledFields, Observed):
    """The view of such a machine, where all visible units are observed or some."""

    up: float = 1.0
    down: ArrayLike = 1.0


@register
class DoubledRBM(DoubledFields, RBM):
    r"""One of the RBMs that are trained before the deep Boltzmann machine that they make up.

    In it the units of the layers between the lowest and the highest receive input from both sides,
    in an RBM from one. So that both are of a size, here they receive it twice,

    $$p(h_j = 1 \mid v) = \sigma\bigl(2 c_j + 2 \textstyle\sum_i W_{ij} v_i\bigr), \qquad
    p(v_i = 1 \mid h) = \sigma\bigl(b_i + \textstyle\sum_j W_{ij} h_j\bigr)$$

    in the lowest RBM, the other way round in the highest, both ways between. The weights are those
    of the deep machine as they are; in a layer between two RBMs the biases of both add up. It
    reports `reconstruction_error` alone, which is its `loss`: a machine whose fields are of
    different size in both directions has no energy.

    Args:
        num_hidden: number of hidden units.
        up: factor of the hidden units' fields. Default 1.0.
        down: factor of the visible units' fields. Default 1.0.
        num_classes: number of label units, a softmax group that are the last visible units, and
            receive nothing twice; they have a kernel of their own. Default None: none.
        **kwargs: as of `RBM`.

    Reference: Salakhutdinov, Hinton (2009), Deep Boltzmann machines, section 3.3. AISTATS.
    """

    objective = "the squared error of reconstruction"

    def __init__(
        self,
        num_hidden: int,
        up: float = 1.0,
        down: float = 1.0,
        num_classes: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(num_hidden, **kwargs)
        self.up, self.factor = up, down
        self.num_labels, self.unit_below = num_classes or 0, self.visible

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if self.num_labels and not self.built:
            labels = Softmax(self.num_labels, missing=True), self.num_labels
            self.visible = Mixed([(self.unit_below, input_shape[-1] - self.num_labels), labels])
        super().build(input_shape)

    @property
    def down(self) -> np.ndarray:
        """Factor of each visible unit's field."""
        factors = np.full(self.row_shape, self.factor, "float32")
        factors[self.row_shape[0] - self.num_labels :] = 1
        return factors

    def _add_connection(self, num_visible):
        below = num_visible - self.num_labels
        connection = super()._add_connection(below)
        if not self.num_labels:
            return connection
        shape = self.num_hidden, self.num_labels
        self.label_kernel = self._add_kernel("label_kernel", shape)
        return Layered([self.kernel, self.label_kernel])

    def _start_biases(self, rows):
        if not ops.any(self.visible_bias != 0):
            super()._start_biases(rows)
            self.visible_bias.assign(self.visible_bias / self.down)

    def own_metrics(self) -> list[keras.metrics.Metric]:
        return [self.reconstruction_error]

    def _reported_loss(self, logs):
        return logs["reconstruction_error"]

    def _callbacks(self, rows, prefix=""):
        return []

    def _in_compute_precision(self):
        connection = self.connection.in_precision(self.compute_dtype)
        return DoubledView.of(self, connection=connection, up=self.up, down=self.down)

    def _observing(self, machine, observed):
        return dataclasses.replace(machine, observed=observed)

    def _measure(self, visible, weight):
        error = ops.sum(ops.square(visible - self.reconstruct(visible)), axis=-1)
        self.reconstruction_error.update_state(error, weight)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "up": self.up,
            "down": self.factor,
            "num_classes": self.num_labels or None,
            "visible": serialized(self.unit_below),
        }


def doubled_rbms(
    sizes: Sequence[int],
    visible: Unit,
    num_classes: int | None,
    doubling: bool,
    seed: int | None,
    **kwargs: Any,
) -> list[DoubledRBM]:
    """Returns the RBMs of a machine with hidden layers of given sizes.

    Args:
        sizes: number of units of each hidden layer, from the bottom up.
        visible: unit type of the data.
        num_classes: number of label units above the highest layer, None for none.
        doubling: whether units that will have two neighbouring layers see one of them twice.
        seed: integer seed, of layer $i$ `seed + i`; or None.
        **kwargs: as of `RBM`.
    """
    last, rbms, twice = len(sizes) - 1, [], 2.0 if doubling else 1.0
    for number, size in enumerate(sizes):
        below = visible if number == 0 else "bernoulli"
        labels = num_classes if number == last else None
        rbm = DoubledRBM(
            size,
            up=1.0 if number == last else twice,
            down=1.0 if number == 0 else twice,
            num_classes=labels,
            visible=below,
            seed=None if seed is None else seed + number,
            name=f"rbm_{number + 1}",
            **kwargs,
        )
        rbms.append(rbm)
    return rbms
