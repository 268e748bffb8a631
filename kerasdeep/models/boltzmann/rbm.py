"""The restricted Boltzmann machine as a Keras model, and as a layer of any other."""

from typing import Any

import keras
from keras import ops

from kerasdeep import backend, penalties, samplers, units
from kerasdeep.backend.random_state import SavedRandomState
from kerasdeep.backend.registration import register, serialized
from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.callbacks import FreeEnergyGap
from kerasdeep.energies.dense import Dense
from kerasdeep.energies.fused import fused_gradient
from kerasdeep.energies.gibbs import GibbsSampling
from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.energies.views import Observed, View
from kerasdeep.models.boltzmann import served
from kerasdeep.samplers import Particles
from kerasdeep.training.centring import CentredUnits
from kerasdeep.training.endpoints import Endpoint
from kerasdeep.training.reported import ReportedFit
from kerasdeep.training.sampled import SampledModel
from kerasdeep.training.sparsity import SparseHiddenUnits


@register
class RBM(
    SavedRandomState,
    GibbsSampling,
    Harmonium,
    CentredUnits,
    SparseHiddenUnits,
    ReportedFit,
    SampledModel,
):
    r"""Restricted Boltzmann machine.

    With $s$ and $t$ the statistics of the visible and hidden unit types (see `kerasdeep.units`),

    $$E(v, h) = E_b(v) + E_c(h) - s(v)^\top W\, t(h), \qquad p(v, h) = e^{-E(v, h)} / Z,$$

    for two layers of Bernoulli units $E(v, h) = -b^\top v - c^\top h - v^\top W h$. Training lowers
    the energy of the data and raises the energy of the particles that the sampler brings:

    $$\Delta W \propto \langle s(v)\, t(h)^\top \rangle_\text{data}
                     - \langle s(v)\, t(h)^\top \rangle_\text{model}.$$

    With `centering`, the gradient is taken in the coordinates of an energy whose statistics have
    their running means over the data subtracted (see `kerasdeep.energies.contrastive`). The model
    stays in the same family; the update no longer depends on which value of a unit is called 0.

    Where the visible biases are still zero, `fit` first sets them to give each unit its mean over
    the data. `fit` and `evaluate` report `reconstruction_error` (squared error an example of
    `reconstruct`), `pseudo_log_likelihood` and `free_energy` (nats an example): `evaluate` and
    validation over all rows, `fit` over one batch in ten of the training data. `loss` is minus the
    pseudo-log-likelihood; metrics given to `compile` compare data and `reconstruct`. `fit`
    with validation data also reports `free_energy_gap` (see `kerasdeep.callbacks.FreeEnergyGap`).
    Targets are ignored. A Python generator can be read only once, so with one the biases start at
    zero and no gap is reported. `rbm(x)` and `rbm.predict(x)` are the hidden means.

    Args:
        num_hidden: number of hidden units, at least 1.
        visible: type of the visible units: `"bernoulli"`, `"gaussian"` or a unit object. Default
            `"bernoulli"`.
        hidden: type of the hidden units, likewise.
        centering: whether to train with the centred gradient. Default True.
        kernel_initializer: Keras initializer of $W$. Default `None`: normal, standard deviation
            0.01.
        kernel_regularizer: Keras regularizer of $W$; biases are never penalized. Default None.
        kernel_constraint: Keras constraint of $W$, such as `keras.constraints.MaxNorm(3)` for the
            weights into each hidden unit. Default None.
        sparsity: `kerasdeep.penalties.SparsityTarget` of the hidden units. Default None.
        seed: integer seed of the initial weights and of all sampling. Default None: from Keras's
            global seed.

    Attributes:
        kernel: $W$, shape `(num_visible, num_hidden)`.
        visible_bias: $b$, shape `(num_visible,)`.
        hidden_bias: $c$, shape `(num_hidden,)`.

    Raises:
        ValueError: for a `num_hidden` below 1, unknown unit types, or data that the visible units
            cannot have (wrong width, outside [0, 1] for Bernoulli units, NaN).

    Example:

    >>> rbm = RBM(500)
    >>> rbm.compile(optimizer=keras.optimizers.SGD(0.05, momentum=0.9), sampler="pcd")
    >>> rbm.fit(x, batch_size=100, epochs=10, validation_data=x_valid)
    >>> features = rbm.predict(x)

    References: Hinton (2002), Training products of experts by minimizing contrastive divergence.
    Hinton (2012), A practical guide to training RBMs. Montavon, Müller (2012), Deep Boltzmann
    machines and the centering trick. Melchior, Fischer, Wiskott (2016), How to center deep
    Boltzmann machines.
    """

    def __init__(
        self,
        num_hidden: int,
        visible: str | units.Unit = "bernoulli",
        hidden: str | units.Unit = "bernoulli",
        centering: bool = True,
        kernel_initializer: str | keras.initializers.Initializer | None = None,
        kernel_regularizer: str | keras.regularizers.Regularizer | None = None,
        kernel_constraint: str | keras.constraints.Constraint | None = None,
        sparsity: penalties.SparsityTarget | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.num_hidden = backend.positive_integer(num_hidden, "num_hidden", "RBM")
        self.seed = backend.seed_number(seed, "RBM")
        # Copies: a unit type may have weights, which no two models share.
        self.visible = units.copy_of(visible)
        self.hidden = units.copy_of(hidden)
        self.centering = backend.yes_or_no(centering, "centering", "RBM")
        self.kernel_initializer = keras.initializers.get(
            kernel_initializer or keras.initializers.RandomNormal(stddev=0.01, seed=seed)
        )
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.kernel_constraint = keras.constraints.get(kernel_constraint)
        self.sparsity = penalties.get(sparsity)
        self.seed_generator = keras.random.SeedGenerator(seed)
        self._add_metrics()

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if self.built:
            return
        if len(input_shape) != 2 or not input_shape[-1]:
            raise ValueError(
                "RBM expects inputs of shape (batch, num_visible) with a known number of visible "
                f"units. Received: input_shape={tuple(input_shape)}. Flatten images first."
            )
        num_visible = input_shape[-1]
        self.visible.check_width(num_visible)
        self.hidden.check_width(self.num_hidden)
        self.input_spec = keras.layers.InputSpec(ndim=2, axes={-1: num_visible})
        self.connection = self._add_connection(num_visible)
        self.visible_bias = self.add_weight(
            name="visible_bias", shape=(num_visible,), initializer="zeros"
        )
        self.hidden_bias = self._add_hidden_bias(self.num_hidden)
        self._add_offsets((1, num_visible), (1, self.num_hidden))
        self.visible.add_weights(self, num_visible)
        self.hidden.add_weights(self, self.num_hidden)
        if self.hidden.weights:
            raise ValueError("RBM learns a variance of visible units only. Received: hidden ones.")
        self.activity = self._add_activity(self.num_hidden)
        self.built = True
        self._build_training()

    def _add_connection(self, num_visible):
        self.kernel = self._add_kernel("kernel", (num_visible, self.num_hidden))
        return Dense(self.kernel)

    def _add_kernel(self, name, shape):
        return self.add_weight(
            name=name,
            shape=shape,
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )

    @property
    def row_shape(self) -> tuple[int | None, ...]:
        return (self.visible_bias.shape[0],)

    # What a user asks of a trained model.

    def energy(self, visible: ArrayLike, hidden: ArrayLike) -> Tensor:
        """Returns the energy $E(v, h)$ of each pair of rows, shape `(batch,)`, in nats."""
        return super().energy(self._rows(visible), ops.cast(hidden, "float32"))

    def free_energy(self, visible: ArrayLike) -> Tensor:
        r"""Free energy $F(v) = -\log \sum_h e^{-E(v, h)}$, so that $p(v) = e^{-F(v)} / Z$.

        For Bernoulli hidden units $F(v) = E_b(v) - \sum_j \log(1 + e^{c_j + W_j^\top s(v)})$.

        Args:
            visible: array of shape `(batch, num_visible)`.

        Returns:
            Tensor of shape `(batch,)`, in nats.
        """
        rows = self._rows(visible)
        return self.program(Harmonium.free_energy)(rows)

    def call(self, inputs: Tensor) -> Tensor:
        hidden = self._in_compute_precision().hidden_mean(inputs)
        # Keras warns of weights without a gradient; the visible bias has none when the RBM is a
        # layer of another model, and that is as it should be.
        unused = ops.cast(0.0 * ops.sum(self.visible_bias), "float32")
        return ops.cast(hidden + unused, self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (*input_shape[:-1], self.num_hidden)

    def propagate(self, visible: ArrayLike, mean_field: bool = True) -> Tensor:
        """Returns what a layer above learns from: hidden means, or hidden values drawn."""
        field = self.hidden_field(visible)
        return (
            self.hidden.mean(field)
            if mean_field
            else self.hidden.sample(field, self.seed_generator)
        )

    def reconstruct(self, visible: ArrayLike) -> Tensor:
        """Mean-field reconstruction: visible means given the hidden means of the data.

        Args:
            visible: array of shape `(batch, num_visible)`.

        Returns:
            Tensor of the same shape.
        """
        return self.visible_mean(self.hidden_mean(self._rows(visible)))

    def visible_side(self, data: ArrayLike) -> Tensor:
        return self._rows(data)

    def _rows(self, visible):
        """Casts a batch of visible values to float32 and checks its shape."""
        visible = ops.cast(visible, "float32")
        width = self.row_shape[0] if self.built else "num_visible"
        if len(visible.shape) != 2 or (self.built and visible.shape[-1] != width):
            raise ValueError(
                f"RBM expects data of shape (batch, {width}). "
                f"Received: shape {tuple(visible.shape)}."
            )
        self.build((None, visible.shape[-1]))
        return visible

    def endpoints(self) -> list[Endpoint]:
        return [
            served.transform(self),
            served.reconstruct(self),
            served.free_energy(self),
            served.sample(self),
        ]

    # Training.

    def _callbacks(self, rows, prefix=""):
        return [FreeEnergyGap(rows, self, prefix)]

    def _update(self, visible, weight):
        machine = self._in_compute_precision()
        field = machine.hidden_field(visible)
        hidden = self.hidden.mean(field)
        particles = self._negative_phase(machine, visible, field, weight)
        data = Particles(visible, hidden, weight)
        offsets = self.visible_offset, self.hidden_offset
        gradients = fused_gradient(machine, data, particles, *offsets)
        gradients[2] += self._sparsity_gradient(hidden, weight)
        self._apply(gradients, self.energy_parameters)
        self.sampler.observe(gradients)
        self.update_offsets(visible, hidden, weight)

    def _in_compute_precision(self):
        connection = self.connection.in_precision(self.compute_dtype)
        return View.of(self, connection=connection)

    def _negative_phase(self, machine, visible, field, weight):
        observed = self.visible.observed(visible)
        if observed is None:
            return self.sampler.negative_phase(machine, field, weight)
        if not isinstance(self.sampler, samplers.ContrastiveDivergence):
            raise ValueError(
                "RBM with missing data needs chains that start at the data. Received: sampler="
                f"{type(self.sampler).__name__}. Use ContrastiveDivergence."
            )
        return self.sampler.negative_phase(self._observing(machine, observed), field, weight)

    def _observing(self, machine, observed):
        return Observed.of(machine, observed=observed)

    def _measure(self, visible, weight):
        field = self.hidden_field(visible)
        mean = self.visible_mean(self.hidden.mean(field))
        free_energy = self.free_energy_given(visible, field)
        self._report(self, visible, field, mean, free_energy, weight)

    # Saving.

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_hidden": self.num_hidden,
            "visible": serialized(self.visible),
            "hidden": serialized(self.hidden),
            "centering": self.centering,
            "kernel_initializer": serialized(self.kernel_initializer),
            "kernel_regularizer": serialized(self.kernel_regularizer),
            "kernel_constraint": serialized(self.kernel_constraint),
            "sparsity": serialized(self.sparsity),
            "seed": self.seed,
        }
