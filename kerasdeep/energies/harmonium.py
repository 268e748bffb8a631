"""The mathematics of two sides of units and a connection between them."""

import keras
from keras import ops

from kerasdeep.backend.types import ArrayLike, Tensor


class Harmonium:
    r"""Fields, energies and Gibbs steps of the energy

    $$E(v, h) = E_b(v) + E_c(h) - \langle s(v), W\, t(h) \rangle$$

    with $s$ and $t$ the statistics of the visible and hidden unit types. What $W$ is, a matrix,
    blocks between neighbouring layers or a convolution, is known to the connection alone.

    Attributes:
        visible: unit type of the visible side, see `kerasdeep.units`.
        hidden: unit type of the hidden side.
        connection: $W$, see `kerasdeep.energies.connection`.
        visible_bias: $b$, shape `(num_visible,)`.
        hidden_bias: $c$, shape `(num_hidden,)`.
        seed_generator: where random numbers come from.
        bounds_likelihood: whether free energies of data are variational, so that likelihoods that
            are made of them are lower bounds.

    Reference: Welling, Rosen-Zvi, Hinton (2005), Exponential family harmoniums. NIPS 17.
    """

    bounds_likelihood = False

    @property
    def energy_parameters(self) -> list[Tensor]:
        """All that learns: weights of the connection, biases, what the units have of their own."""
        return [
            *self.connection.weights,
            self.visible_bias,
            self.hidden_bias,
            *self.visible.weights,
        ]

    def hidden_field(self, visible: ArrayLike) -> Tensor:
        r"""Returns the field of the hidden units, $c + W^\top s(v)$."""
        statistic = self.visible.statistic(ops.cast(visible, "float32"))
        return self.connection.up(statistic) + ops.cast(self.hidden_bias, "float32")

    def visible_field(self, hidden: ArrayLike) -> Tensor:
        r"""Returns the field of the visible units, $b + W\, t(h)$."""
        statistic = self.hidden.statistic(ops.cast(hidden, "float32"))
        return self.connection.down(statistic) + ops.cast(self.visible_bias, "float32")

    def hidden_mean(self, visible: ArrayLike) -> Tensor:
        r"""Returns $\mathbb{E}[h \mid v]$, shape `(batch, num_hidden)`."""
        return self.hidden.mean(self.hidden_field(visible))

    def visible_mean(self, hidden: ArrayLike) -> Tensor:
        r"""Returns $\mathbb{E}[v \mid h]$, shape `(batch, num_visible)`."""
        return self.visible.mean(self.visible_field(hidden))

    def energy(self, visible: ArrayLike, hidden: ArrayLike) -> Tensor:
        """Returns the energy $E(v, h)$ of each pair of rows, shape `(batch,)`, in nats."""
        received = self.connection.up(self.visible.statistic(visible))
        interaction = received * self.hidden.statistic(hidden)
        return (
            self.visible.energy(visible, self.visible_bias)
            + self.hidden.energy(hidden, self.hidden_bias)
            - ops.sum(interaction, axis=tuple(range(1, len(interaction.shape))))
        )

    def free_energy(self, visible: ArrayLike) -> Tensor:
        r"""Returns $F(v) = -\log \sum_h e^{-E(v, h)}$, shape `(batch,)`, in nats."""
        return self.free_energy_given(visible, self.hidden_field(visible))

    def free_energy_given(self, visible: ArrayLike, field: Tensor) -> Tensor:
        """Returns $F(v)$ from the hidden units' field, where that is known already."""
        return (
            self.visible.energy(visible, self.visible_bias)
            + self.hidden.bias_energy(self.hidden_bias)
            - self.hidden.log_partition(field)
        )

    def hidden_free_energy(self, hidden: ArrayLike) -> Tensor:
        r"""Returns $G(h) = -\log \sum_v e^{-E(v, h)}$, shape `(batch,)`, in nats."""
        return (
            self.hidden.energy(hidden, self.hidden_bias)
            + self.visible.bias_energy(self.visible_bias)
            - self.visible.log_partition(self.visible_field(hidden))
        )

    def gibbs_step(self, hidden: ArrayLike) -> tuple[Tensor, Tensor]:
        """Draws visible values given hidden ones; returns them and the hidden units' new field."""
        visible = self.visible.sample(self.visible_field(hidden), self.seed_generator)
        return visible, self.hidden_field(visible)

    def gibbs_chain(self, hidden: ArrayLike, steps: int) -> tuple[Tensor, Tensor]:
        """Runs so many Gibbs steps, at least one; returns what the last of them does."""
        visible, field = self.gibbs_step(hidden)
        for _ in range(steps - 1):
            visible, field = self.gibbs_step(self.hidden.sample(field, self.seed_generator))
        return visible, field

    def of_shape(self, row_shape: tuple[int, ...]) -> "Harmonium":
        """Returns the machine for rows of one shape: itself, where rows have but one."""
        return self

    def undirected_part(self, data: ArrayLike | None) -> "tuple[Harmonium, ArrayLike | None]":
        """Returns the machine whose partition function is that of the model, and what it sees.

        That is the model itself, but of one with directed layers below an RBM, the RBM.
        """
        return self, data

    def given(self, label: Tensor | None) -> "Harmonium":
        """Returns the machine in which the labels of rows are known, of those that have labels.

        Args:
            label: numbers of classes, -1 where a row's is not known; None: of no row.
        """
        return self

    def data_below(self, rows: Tensor, seed: keras.random.SeedGenerator) -> Tensor:
        """Returns data given values of the visible side that a chain has drawn: these themselves.

        A model whose data is a part of that side, or below it, says here what it is.
        """
        return rows

    def visible_side(self, data: ArrayLike) -> Tensor:
        """Returns values of all visible units for rows of data: the data, where they are all of it.

        Where data is a part of the visible side, as in a deep machine whose even layers stand side
        by side, a model says here what the other units do, given the data.
        """
        return ops.cast(data, "float32")

    def base_bias(self, data: ArrayLike) -> Tensor:
        """Returns biases of visible units without weights that have the means of the data."""
        return self.visible.bias_from_mean(ops.mean(self.visible_side(data), axis=0))
