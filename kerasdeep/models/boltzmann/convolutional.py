"""The convolutional RBM: one set of weights for all places of an image."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasdeep import backend, penalties, samplers, units
from kerasdeep.backend.random_state import SavedRandomState
from kerasdeep.backend.registration import register, serialized
from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.energies.contrastive import centred, contrastive_gradient
from kerasdeep.energies.convolution import Convolution
from kerasdeep.energies.gibbs import GibbsSampling
from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.energies.views import View
from kerasdeep.samplers import Particles
from kerasdeep.training.centring import CentredUnits
from kerasdeep.training.reported import ReportedFit
from kerasdeep.training.sampled import SampledModel
from kerasdeep.training.sparsity import SparseHiddenUnits
from kerasdeep.units.image import ImageOf
from kerasdeep.units.pooled import MaxPooled


@register
class ConvolutionalRBM(
    SavedRandomState,
    GibbsSampling,
    Harmonium,
    CentredUnits,
    SparseHiddenUnits,
    ReportedFit,
    SampledModel,
):
    r"""Convolutional RBM with probabilistic max-pooling.

    The hidden units $h^k$ of filter $k$ form a map over the image and share the weights $W^k$,

    $$E(v, h) = E_b(v) - \sum_k \sum_{ij} h^k_{ij} \bigl( (W^k \star s(v))_{ij} + c_k \bigr),$$

    where in every block of `pool_size` by `pool_size` hidden units at most one is on (see
    `kerasdeep.units.pooled.MaxPooled`). Convolution is without padding; hidden units beyond the
    last whole block do not exist. Images may have any size, another one in every call. Called as a
    layer, it gives the probabilities of the pooling units, shape `(batch, rows, columns,
    num_filters)`.

    `fit` and `evaluate` report `reconstruction_error`, squared error an image,
    `pseudo_log_likelihood` and `free_energy` in nats: `fit` of one batch in ten, `evaluate` and
    validation of all. `loss` is minus the pseudo-log-likelihood; metrics given to `compile` compare
    images and `reconstruct`.

    Args:
        num_filters: number of filters, at least 1.
        kernel_size: side of a filter in pixels, at least 1.
        pool_size: side of a block of hidden units, at least 1. Default 2.
        visible: unit type of the pixels, `"bernoulli"`, `"gaussian"` or an object for one
            unit a channel. Default `"bernoulli"`.
        sparsity: `kerasdeep.penalties.SparsityTarget` of the filters, over all places, with a
            target below `1 / pool_size**2`. Default None.
        seed: integer seed of initial weights and of all sampling. Default None: from Keras's
            global seed.
        centering: whether to train with the centred gradient, see
            `kerasdeep.energies.contrastive.centred`. Default False.

    Attributes:
        kernel: $W$, shape `(kernel_size, kernel_size, num_channels, num_filters)`.
        visible_bias: $b$, one a channel.
        hidden_bias: $c$, one a filter.

    Raises:
        ValueError: for counts below 1, a target out of reach, or data that is no batch of images or
            is outside of what the visible units can have.

    Example:

    >>> crbm = ConvolutionalRBM(24, kernel_size=9, pool_size=2, sparsity=SparsityTarget(0.02))
    >>> crbm.compile(keras.optimizers.Adam(1e-3))
    >>> crbm.fit(images)                     # shape (num_images, height, width, channels)
    >>> features = crbm.predict(images)

    Reference: Lee, Grosse, Ranganath, Ng (2009), Convolutional deep belief networks for scalable
    unsupervised learning of hierarchical representations. ICML.
    """

    expected_rank = 4

    def __init__(
        self,
        num_filters: int,
        kernel_size: int,
        pool_size: int = 2,
        visible: str | units.Unit = "bernoulli",
        sparsity: penalties.SparsityTarget | None = None,
        seed: int | None = None,
        centering: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        name = type(self).__name__
        self.num_filters = backend.positive_integer(num_filters, "num_filters", name)
        self.kernel_size = backend.positive_integer(kernel_size, "kernel_size", name)
        self.visible = ImageOf(units.copy_of(visible))
        self.hidden = MaxPooled(pool_size)
        self.centering = backend.yes_or_no(centering, "centering", name)
        self.sparsity = penalties.get(sparsity)
        if self.sparsity is not None and not self.sparsity.target < 1 / pool_size**2:
            raise ValueError(
                "ConvolutionalRBM expects a sparsity target below 1 / pool_size^2, as one unit of "
                f"a block is on at most. Received: target={self.sparsity.target}, "
                f"pool_size={pool_size}."
            )
        self.seed = backend.seed_number(seed, name)
        self.seed_generator = keras.random.SeedGenerator(seed)
        self._add_metrics()

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if self.built:
            return
        if len(input_shape) != 4 or not input_shape[-1]:
            raise ValueError(
                "ConvolutionalRBM expects inputs of shape (batch, height, width, channels). "
                f"Received: input_shape={tuple(input_shape)}. Grey images have one channel."
            )
        channels = input_shape[-1]
        self.visible.check_width(channels)
        self.input_spec = keras.layers.InputSpec(ndim=4, axes={-1: channels})
        self.kernel = self.add_weight(
            name="kernel",
            shape=(self.kernel_size, self.kernel_size, channels, self.num_filters),
            initializer=keras.initializers.RandomNormal(stddev=0.01, seed=self.seed),
        )
        self.connection = Convolution(self.kernel, self.hidden.pool_size)
        self.visible_bias = self.add_weight(
            name="visible_bias", shape=(channels,), initializer="zeros"
        )
        self.hidden_bias = self._add_hidden_bias(self.num_filters)
        if self.centering:
            block = self.hidden.pool_size
            self._add_offsets((1, 1, 1, channels), (1, block, block, self.num_filters))
        self.activity = self._add_activity(self.num_filters)
        self.built = True
        self._build_training()

    @property
    def row_shape(self) -> tuple[int | None, ...]:
        return (None, None, self.kernel.shape[2])

    def of_shape(self, row_shape: tuple[int, ...]) -> View:
        """Returns the machine for images of shape `(height, width, channels)`."""
        return View.of(self, connection=self.connection.of_shape(row_shape[:2]))

    def energy(self, visible: ArrayLike, hidden: ArrayLike) -> Tensor:
        """Returns the energy $E(v, h)$ of each pair of image and maps, shape `(batch,)`."""
        return super().energy(ops.cast(visible, "float32"), ops.cast(hidden, "float32"))

    def free_energy(self, visible: ArrayLike) -> Tensor:
        r"""Returns $F(v) = -\log \sum_h e^{-E(v, h)}$ of each image, shape `(batch,)`, in nats."""
        return super().free_energy(ops.cast(visible, "float32"))

    def call(self, inputs: Tensor) -> Tensor:
        pooled = self.hidden.pooled_mean(self.hidden_field(inputs))
        # Keras warns of weights without a gradient; the visible bias has none in a larger model.
        pooled += 0.0 * ops.sum(self.visible_bias)
        return ops.cast(pooled, self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        def pooled(size):
            return size and (size - self.kernel_size + 1) // self.hidden.pool_size

        return (input_shape[0], *map(pooled, input_shape[1:3]), self.num_filters)

    def propagate(self, visible: ArrayLike, mean_field: bool = True) -> Tensor:
        """Returns what a layer above learns from: probabilities of pooling units, or draws."""
        field = self.hidden_field(visible)
        if mean_field:
            return self.hidden.pooled_mean(field)
        return self.hidden.pooled(self.hidden.sample(field, self.seed_generator))

    def reconstruct(self, visible: ArrayLike) -> Tensor:
        """Mean-field reconstruction: visible means given the hidden means of the data.

        Args:
            visible: images of shape `(batch, height, width, channels)`.

        Returns:
            Tensor of the same shape.
        """
        machine = self.of_shape(ops.shape(visible)[1:])
        return machine.visible_mean(machine.hidden_mean(visible))

    def sample(
        self,
        num_samples: int = 16,
        steps: int = 1000,
        image_shape: Sequence[int] | None = None,
        initial: ArrayLike | None = None,
        mean: bool = False,
    ) -> Tensor:
        """Draws images by Gibbs sampling, one chain an image.

        Args:
            num_samples: number of chains, at least 1. Default 16. Ignored with `initial`.
            steps: Gibbs steps of each chain, at least 1. Default 1000.
            image_shape: `(height, width)` of the images, any; needed without `initial`.
            initial: images to start from. Default None: from the visible biases alone.
            mean: whether to return means of the last step instead of values. Default False.

        Returns:
            Tensor of shape `(num_samples, height, width, channels)`.
        """
        steps = backend.positive_integer(steps, "steps", "sample")
        backend.check_built(self)
        if initial is not None:
            initial = ops.cast(initial, "float32")
            return self._drawn(initial.shape, initial, steps, mean)
        if image_shape is None:
            raise ValueError("sample needs image_shape=(height, width), or initial images.")
        num_samples = backend.positive_integer(num_samples, "num_samples", "sample")
        return self._drawn((num_samples, *image_shape, self.row_shape[-1]), None, steps, mean)

    # Training.

    def compile(
        self,
        optimizer: str | keras.optimizers.Optimizer = "sgd",
        sampler: str | samplers.Sampler = "cd",
        **kwargs: Any,
    ) -> None:
        """Configures training; arguments as of `RBM.compile`.

        Raises:
            ValueError: for a sampler with chains of its own, which would have one image size.
        """
        chosen = samplers.get(sampler)
        if not isinstance(chosen, samplers.ContrastiveDivergence):
            raise ValueError(
                "ConvolutionalRBM expects chains that start at the data, whatever its size. "
                f"Received: sampler={type(chosen).__name__}. Use ContrastiveDivergence."
            )
        super().compile(optimizer, chosen, **kwargs)

    def _uses_xla(self):
        """Only where `compile` was told so: XLA's convolutions take four times as long."""
        return bool(self._compile_arguments.get("jit_compile"))

    def _update(self, visible, weight):
        machine = self.of_shape(ops.shape(visible)[1:])
        field = machine.hidden_field(visible)
        hidden = self.hidden.mean(field)
        particles = self.sampler.negative_phase(machine, field, weight)
        gradients = contrastive_gradient(machine, Particles(visible, hidden, weight), particles)
        if self.centering:
            gradients = centred(gradients, machine, self.visible_offset, self.hidden_offset)
        gradients[2] += self._sparsity_gradient(hidden, weight)
        self._apply(gradients, self.energy_parameters)
        self.update_offsets(visible, hidden, weight)

    def _measure(self, visible, weight):
        machine = self.of_shape(ops.shape(visible)[1:])
        field = machine.hidden_field(visible)
        mean = machine.visible_mean(self.hidden.mean(field))
        free_energy = machine.free_energy_given(visible, field)
        self._report(machine, visible, field, mean, free_energy, weight)

    # Saving.

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_filters": self.num_filters,
            "kernel_size": self.kernel_size,
            "pool_size": self.hidden.pool_size,
            "visible": serialized(self.visible.unit),
            "sparsity": serialized(self.sparsity),
            "seed": self.seed,
            "centering": self.centering,
        }
