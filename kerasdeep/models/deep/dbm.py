"""The deep Boltzmann machine: an RBM between its odd and its even layers, and mean field."""

import itertools
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasdeep import backend, samplers, units
from kerasdeep.backend.random_state import SavedRandomState
from kerasdeep.backend.registration import register, serialized
from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.callbacks import FreeEnergyGap
from kerasdeep.energies.fused import fused_gradient
from kerasdeep.energies.gibbs import GibbsSampling
from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.energies.layered import Layered
from kerasdeep.energies.mean_field import MeanField, entropy
from kerasdeep.energies.views import View
from kerasdeep.models.boltzmann import served
from kerasdeep.samplers import Particles
from kerasdeep.training.centring import CentredUnits
from kerasdeep.training.endpoints import Endpoint
from kerasdeep.training.reported import ReportedFit
from kerasdeep.training.sampled import SampledModel


@register
class DBM(SavedRandomState, GibbsSampling, Harmonium, CentredUnits, ReportedFit, SampledModel):
    r"""Deep Boltzmann machine: layers $h^0 = v, h^1, \dots, h^\ell$, each joined to its neighbours,

    $$E(v, h^1, \dots, h^\ell) = E_b(v) - \sum_{i=1}^{\ell} (c^i)^\top h^i
    - \sum_{i=1}^{\ell} s(h^{i-1})^\top W^i h^i.$$

    Given all odd layers the units of the even ones are independent, and the other way round, so
    that it is an RBM between both: samplers, annealing and exact sums are those of the RBM. Only
    the even layers above the data have to be inferred: by mean field, which lowers the variational
    free energy

    $$F(v) = \mathbb{E}_q[E(v, h)] - H(q) \geq -\log p(v) - \log Z$$

    sweep by sweep. Training follows the gradient of this bound, with chains of the sampler for the
    model's side. Centred, it needs no pretraining.

    Calling the model and `predict` give the means of the top layer. `fit` and `evaluate` report
    `reconstruction_error` (squared error an example), `pseudo_log_likelihood`, that of the data
    given the means of the even layers above it, and `free_energy`, $F$, in nats; `loss` is minus
    the pseudo-log-likelihood.

    Args:
        layers: list with the number of hidden units of each layer from the bottom up, at least one.
        visible: unit type of the data. Default `"bernoulli"`.
        centering: whether to train with the centred gradient, see
            `kerasdeep.energies.contrastive.centred`. Default True.
        max_sweeps: sweeps of mean field at most, at least 1. Default 20.
        tolerance: mean field of a row ends when no mean moves further in a sweep. Default 0.001.
        damping: share of its old means that a sweep keeps, from 0 to below 1. Default 0.0.
        seed: integer seed of initial weights and of all sampling. Default None.

    Attributes:
        kernels: list of $W^i$, shape `(size of layer i - 1, size of layer i)`.

    Raises:
        ValueError: for arguments out of range, units that may be missing, or data that the visible
            units cannot have.

    Example:

    >>> dbm = DBM([500, 1000])
    >>> dbm.compile(keras.optimizers.SGD(0.02))
    >>> dbm.fit(x, batch_size=100, epochs=50)

    References: Salakhutdinov, Hinton (2009), Deep Boltzmann machines. AISTATS. Montavon, Müller
    (2012), Deep Boltzmann machines and the centering trick. Neural Networks: Tricks of the Trade.
    """

    bounds_likelihood = True

    def __init__(
        self,
        layers: Sequence[int],
        visible: str | units.Unit = "bernoulli",
        centering: bool = True,
        max_sweeps: int = 20,
        tolerance: float = 0.001,
        damping: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        name = type(self).__name__
        if not isinstance(layers, list | tuple) or not layers:
            raise ValueError(f"{name} expects a list of at least one layer. Received: {layers!r}.")
        self.layer_sizes = [backend.positive_integer(size, "layers", name) for size in layers]
        self.data_unit = units.copy_of(visible)
        self.hidden = units.Bernoulli()
        self.centering = backend.yes_or_no(centering, "centering", name)
        if not (tolerance >= 0 and 0 <= damping < 1):
            raise ValueError(
                f"{name} expects tolerance of at least 0 and damping from 0 to below 1. Received: "
                f"tolerance={tolerance}, damping={damping}."
            )
        self.max_sweeps = backend.positive_integer(max_sweeps, "max_sweeps", name)
        self.tolerance, self.damping = tolerance, damping
        self.seed = backend.seed_number(seed, name)
        self.seed_generator = keras.random.SeedGenerator(seed)
        self._add_metrics()

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if self.built:
            return
        num_visible = input_shape[-1]
        self.data_unit.check_width(num_visible)
        if self.data_unit.observed(ops.zeros((1, num_visible))) is not None:
            raise ValueError(
                "DBM expects data that is all known. Received: visible units that may be missing. "
                "Use RBM, or units without missing=True."
            )
        self.input_spec = keras.layers.InputSpec(ndim=2, axes={-1: num_visible})
        sizes = [num_visible, *self.layer_sizes]
        self.kernels = [
            self.add_weight(
                name=f"kernel_{index + 1}",
                shape=shape,
                initializer=keras.initializers.RandomNormal(
                    stddev=0.01, seed=None if self.seed is None else self.seed + index
                ),
            )
            for index, shape in enumerate(itertools.pairwise(sizes))
        ]
        self.connection = Layered(self.kernels)
        even, odd = sum(sizes[::2]), sum(sizes[1::2])
        parts = [(self.data_unit, num_visible), ("bernoulli", even - num_visible)]
        self.visible = units.Mixed(parts) if even > num_visible else self.data_unit
        self.visible_bias = self.add_weight(name="visible_bias", shape=(even,), initializer="zeros")
        self.hidden_bias = self.add_weight(name="hidden_bias", shape=(odd,), initializer="zeros")
        self._add_offsets((1, even), (1, odd))
        self.visible.add_weights(self, even)
        self.built = True
        self._build_training()

    @property
    def visible_unit(self) -> units.Unit:
        return self.data_unit

    @property
    def row_shape(self) -> tuple[int | None, ...]:
        return (self.kernels[0].shape[0],)

    @property
    def biases(self) -> list[Tensor]:
        """Biases of every layer from the data up, shapes `(size,)`."""
        sides = map(ops.convert_to_tensor, (self.visible_bias, self.hidden_bias))
        return self.connection.layers(*sides)

    # What a user asks of a trained model.

    def visible_side(self, data: ArrayLike) -> Tensor:
        data = ops.cast(data, "float32")
        self.build((None, data.shape[-1]))
        return self._even_side(self, data)

    def _even_side(self, machine, data):
        mean_field = MeanField(self.max_sweeps, self.tolerance, self.damping)
        return mean_field.even_side(machine, data)

    def infer(self, visible: ArrayLike) -> list[Tensor]:
        """Returns the means of every hidden layer given data, by mean field.

        Args:
            visible: array of shape `(batch, num_visible)`.

        Returns:
            List of tensors of shape `(batch, size of the layer)`, from the bottom up.
        """
        side = self.program(DBM.visible_side)(visible)
        return self.connection.layers(side, self.hidden_mean(side))[1:]

    def free_energy(self, visible: ArrayLike) -> Tensor:
        r"""Variational free energy $F(v)$, so that $-F(v) - \log Z$ is at most $\log p(v)$.

        Args:
            visible: array of shape `(batch, num_visible)`.

        Returns:
            Tensor of shape `(batch,)`, in nats.
        """
        return self.program(DBM._variational)(ops.cast(visible, "float32"))

    def _variational(self, visible):
        side = self.visible_side(visible)
        return self._variational_given(side, self.hidden_field(side))

    def _variational_given(self, side, field):
        above = side[:, self.row_shape[0] :]
        return self.free_energy_given(side, field) - entropy(above)

    def call(self, inputs: Tensor) -> Tensor:
        self.build((None, inputs.shape[-1]))
        machine = self._in_compute_precision()
        side = self._even_side(machine, ops.cast(inputs, "float32"))
        top = self.connection.layers(side, machine.hidden_mean(side))[-1]
        return ops.cast(top, self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (*input_shape[:-1], self.layer_sizes[-1])

    def reconstruct(self, visible: ArrayLike) -> Tensor:
        """Returns visible means given the means of the first hidden layer, by mean field.

        Args:
            visible: array of shape `(batch, num_visible)`.

        Returns:
            Tensor of the same shape.
        """
        side = self.visible_side(visible)
        return self.visible_mean(self.hidden_mean(side))[:, : self.row_shape[0]]

    def sample(
        self,
        num_samples: int = 16,
        steps: int = 1000,
        initial: ArrayLike | None = None,
        mean: bool = False,
        clamped: ArrayLike | None = None,
    ) -> Tensor:
        """Draws data by Gibbs sampling of all layers; arguments and result as of `RBM.sample`."""
        if clamped is not None:
            num_above = self.visible_bias.shape[0] - self.row_shape[0]
            clamped = np.asarray(clamped)
            widths = [(0, 0)] * (clamped.ndim - 1) + [(0, num_above)]
            clamped = np.pad(clamped, widths)
        drawn = super().sample(num_samples, steps, initial, mean, clamped)
        return drawn[:, : self.row_shape[0]]

    def endpoints(self) -> list[Endpoint]:
        return [
            served.transform(self),
            served.reconstruct(self),
            served.free_energy(self),
            served.sample([self]),
        ]

    # Training.

    def compile(
        self,
        optimizer: str | keras.optimizers.Optimizer = "sgd",
        sampler: str | samplers.Sampler = "pcd",
        **kwargs: Any,
    ) -> None:
        """Configures training; arguments as of `RBM.compile`, but for the sampler's default."""
        super().compile(optimizer, sampler, **kwargs)

    def _callbacks(self, rows, prefix=""):
        return [FreeEnergyGap(rows, self, prefix)]

    def _start_biases(self, rows):
        super()._start_biases(self.visible_side(rows))

    def _in_compute_precision(self):
        return View.of(self, connection=self.connection.in_precision(self.compute_dtype))

    def _update(self, visible, weight):
        machine = self._in_compute_precision()
        side = self._even_side(machine, visible)
        field = machine.hidden_field(side)
        hidden = self.hidden.mean(field)
        particles = self.sampler.negative_phase(machine, field, weight)
        data = Particles(side, hidden, weight)
        offsets = self.visible_offset, self.hidden_offset
        gradients = fused_gradient(machine, data, particles, *offsets)
        self._apply(gradients, self.energy_parameters)
        self.sampler.observe(gradients)
        self.update_offsets(side, hidden, weight)

    def _measure(self, visible, weight):
        side, size = self._even_side(self, visible), self.row_shape[0]
        field = self.hidden_field(side)
        mean = self.visible_mean(self.hidden.mean(field))[:, :size]
        # With the means of the upper even layers held, data and odd layers are an RBM.
        bottom = View.of(self, visible=self.data_unit, visible_bias=self.visible_bias[:size])
        free_energy = self._variational_given(side, field)
        self._report(bottom, visible, field, mean, free_energy, weight)

    # Saving.

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "layers": self.layer_sizes,
            "visible": serialized(self.data_unit),
            "centering": self.centering,
            "max_sweeps": self.max_sweeps,
            "tolerance": self.tolerance,
            "damping": self.damping,
            "seed": self.seed,
        }
