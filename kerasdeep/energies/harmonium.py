"""The mathematics of two layers of units with weights between them."""

from keras import ops


class Harmonium:
    r"""Fields, energies and one Gibbs step of the energy

    $$E(v, h) = E_b(v) + E_c(h) - s(v)^\top W\, t(h)$$

    with $s$ and $t$ the statistics of the visible and hidden unit types.

    Attributes:
        visible: unit type of the visible units, see `kerasdeep.units`.
        hidden: unit type of the hidden units.
        kernel: $W$, shape `(num_visible, num_hidden)`.
        visible_bias: $b$, shape `(num_visible,)`.
        hidden_bias: $c$, shape `(num_hidden,)`.
        seed_generator: where random numbers come from.

    Reference: Welling, Rosen-Zvi, Hinton (2005), Exponential family harmoniums. NIPS 17.
    """

    def factor(self, values):
        """Returns values as they enter a matrix product."""
        return values

    def hidden_field(self, visible):
        r"""Returns the field of the hidden units, $c + W^\top s(v)$."""
        visible = ops.cast(visible, self.kernel.dtype)
        statistic = self.factor(self.visible.statistic(visible))
        product = ops.matmul(statistic, self.factor(self.kernel))
        return ops.cast(product, self.hidden_bias.dtype) + self.hidden_bias

    def visible_field(self, hidden):
        r"""Returns the field of the visible units, $b + W\, t(h)$."""
        hidden = ops.cast(hidden, self.kernel.dtype)
        statistic = self.factor(self.hidden.statistic(hidden))
        product = ops.matmul(statistic, ops.transpose(self.factor(self.kernel)))
        return ops.cast(product, self.visible_bias.dtype) + self.visible_bias

    def hidden_mean(self, visible):
        r"""Returns $\mathbb{E}[h \mid v]$, shape `(batch, num_hidden)`."""
        return self.hidden.mean(self.hidden_field(visible))

    def visible_mean(self, hidden):
        r"""Returns $\mathbb{E}[v \mid h]$, shape `(batch, num_visible)`."""
        return self.visible.mean(self.visible_field(hidden))

    def energy(self, visible, hidden):
        """Returns the energy $E(v, h)$ of each pair of rows, shape `(batch,)`, in nats."""
        interaction = ops.matmul(self.visible.statistic(visible), self.kernel)
        return (
            self.visible.energy(visible, self.visible_bias)
            + self.hidden.energy(hidden, self.hidden_bias)
            - ops.sum(interaction * self.hidden.statistic(hidden), axis=-1)
        )

    def free_energy(self, visible):
        r"""Returns $F(v) = -\log \sum_h e^{-E(v, h)}$, shape `(batch,)`, in nats."""
        return self.free_energy_given(visible, self.hidden_field(visible))

    def free_energy_given(self, visible, field):
        """Returns $F(v)$ from the hidden units' field, where that is known already."""
        return (
            self.visible.energy(visible, self.visible_bias)
            + self.hidden.bias_energy(self.hidden_bias)
            - self.hidden.log_partition(field)
        )

    def hidden_free_energy(self, hidden):
        r"""Returns $G(h) = -\log \sum_v e^{-E(v, h)}$, shape `(batch,)`, in nats."""
        return (
            self.hidden.energy(hidden, self.hidden_bias)
            + self.visible.bias_energy(self.visible_bias)
            - self.visible.log_partition(self.visible_field(hidden))
        )

    def gibbs_step(self, hidden):
        """Draws visible values given hidden ones; returns them and the hidden units' new field."""
        visible = self.visible.sample(self.visible_field(hidden), self.seed_generator)
        return visible, self.hidden_field(visible)


class Shifted(Harmonium):
    """A model with other weights: the sum of its own and those given."""

    def __init__(self, model, kernel=0.0, visible_bias=0.0, hidden_bias=0.0):
        self.visible, self.hidden = model.visible, model.hidden
        self.seed_generator, self.factor = model.seed_generator, model.factor
        self.kernel = model.kernel + kernel
        self.visible_bias = model.visible_bias + visible_bias
        self.hidden_bias = model.hidden_bias + hidden_bias


class Observed(Shifted):
    """A model of those visible units alone that are observed, in each row others."""

    def __init__(self, model, observed):
        super().__init__(model)
        self.observed = observed

    def gibbs_step(self, hidden):
        visible = self.visible.sample(self.visible_field(hidden), self.seed_generator)
        visible = self.observed * visible
        return visible, self.hidden_field(visible)
