"""The convolutional RBM: one set of weights for all places of an image."""

import functools

import keras
from keras import ops

from kerasdeep import backend, penalties, samplers, units
from kerasdeep.backend.random_state import SavedRandomState
from kerasdeep.backend.registration import register
from kerasdeep.energies.contrastive import share_of
from kerasdeep.training import data as inputs
from kerasdeep.training.model import METRIC_EVERY
from kerasdeep.training.sampled import SampledModel
from kerasdeep.training.unsupervised import UnsupervisedModel
from kerasdeep.units.pooled import MaxPooled


@register
class ConvolutionalRBM(SavedRandomState, SampledModel, UnsupervisedModel):
    r"""Convolutional RBM with probabilistic max-pooling.

    The hidden units $h^k$ of filter $k$ form a map over the image and share the weights $W^k$,

    $$E(v, h) = E_b(v) - \sum_k \sum_{ij} h^k_{ij} \bigl( (W^k \star s(v))_{ij} + c_k \bigr),$$

    where in every block of `pool_size` by `pool_size` hidden units at most one is on (see
    `kerasdeep.units.pooled.MaxPooled`). Convolution is without padding; hidden units beyond the
    last whole block do not exist. Images may have any size, another one in every call. Called as a
    layer, it gives the probabilities of the pooling units, shape `(batch, rows, columns,
    num_filters)`.

    `fit` and `evaluate` report `reconstruction_error`, squared error an image, and `free_energy` in
    nats: `fit` of every tenth image of each batch, `evaluate` and validation of all.

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

    def __init__(
        self,
        num_filters,
        kernel_size,
        pool_size=2,
        visible="bernoulli",
        sparsity=None,
        seed=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        name = type(self).__name__
        self.num_filters = backend.positive_integer(num_filters, "num_filters", name)
        self.kernel_size = backend.positive_integer(kernel_size, "kernel_size", name)
        self.visible = units.copy_of(visible)
        self.hidden = MaxPooled(pool_size)
        self.sparsity = penalties.get(sparsity)
        if self.sparsity is not None and not self.sparsity.target < 1 / pool_size**2:
            raise ValueError(
                "ConvolutionalRBM expects a sparsity target below 1 / pool_size^2, as one unit of "
                f"a block is on at most. Received: target={self.sparsity.target}, "
                f"pool_size={pool_size}."
            )
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.reconstruction_error = keras.metrics.Mean("reconstruction_error")
        self.mean_free_energy = keras.metrics.Mean("free_energy")

    def build(self, input_shape):
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
        self.visible_bias = self.add_weight(
            name="visible_bias", shape=(channels,), initializer="zeros"
        )
        self.hidden_bias = self._add_hidden_bias(self.num_filters)
        self.activity = self._add_activity(self.num_filters)
        self.built = True
        self._build_training()

    @property
    def row_shape(self):
        return (None, None, self.kernel.shape[2])

    def hidden_field(self, visible):
        r"""Returns the fields of the hidden units, $c_k + W^k \star s(v)$, in whole blocks."""
        statistic = self.visible.statistic(ops.cast(visible, "float32"))
        maps = ops.conv(statistic, self.kernel.value, padding="valid")
        height, width = (self._whole(size) for size in ops.shape(maps)[1:3])
        return maps[:, :height, :width] + self.hidden_bias

    def _whole(self, size):
        return size // self.hidden.pool_size * self.hidden.pool_size

    def visible_field(self, hidden, image_shape):
        """Returns the fields of the visible units of images of a shape `(height, width)`."""
        spread = ops.conv_transpose(hidden, self.kernel.value, padding="valid")
        height, width = ops.shape(spread)[1:3]
        beyond = [[0, 0], [0, image_shape[0] - height], [0, image_shape[1] - width], [0, 0]]
        return ops.pad(spread, beyond) + self.visible_bias

    def energy(self, visible, hidden):
        """Returns the energy $E(v, h)$ of each pair of image and maps, shape `(batch,)`."""
        visible, hidden = ops.cast(visible, "float32"), ops.cast(hidden, "float32")
        own = ops.sum(self.visible.energy(visible, self.visible_bias), axis=(1, 2))
        return own + self.hidden.energy(hidden, self.hidden_field(visible))

    def free_energy(self, visible):
        r"""Returns $F(v) = -\log \sum_h e^{-E(v, h)}$ of each image, shape `(batch,)`, in nats."""
        visible = ops.cast(visible, "float32")
        own = ops.sum(self.visible.energy(visible, self.visible_bias), axis=(1, 2))
        return own - self.hidden.log_partition(self.hidden_field(visible))

    def call(self, inputs):
        pooled = self.hidden.pooled_mean(self.hidden_field(inputs))
        # Keras warns of weights without a gradient; the visible bias has none in a larger model.
        pooled += 0.0 * ops.sum(self.visible_bias)
        return ops.cast(pooled, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        def pooled(size):
            return size and (size - self.kernel_size + 1) // self.hidden.pool_size

        return (input_shape[0], *map(pooled, input_shape[1:3]), self.num_filters)

    def reconstruct(self, visible):
        """Mean-field reconstruction: visible means given the hidden means of the data.

        Args:
            visible: images of shape `(batch, height, width, channels)`.

        Returns:
            Tensor of the same shape.
        """
        hidden = self.hidden.mean(self.hidden_field(visible))
        return self.visible.mean(self.visible_field(hidden, ops.shape(visible)[1:3]))

    def sample(self, num_samples=16, steps=1000, image_shape=None, initial=None, mean=False):
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
        backend.check_built(self)
        num_samples = backend.positive_integer(num_samples, "num_samples", "sample")
        steps = backend.positive_integer(steps, "steps", "sample")
        if initial is None:
            if image_shape is None:
                raise ValueError("sample needs image_shape=(height, width), or initial images.")
            bias = ops.broadcast_to(
                self.visible_bias, (num_samples, *image_shape, self.kernel.shape[2])
            )
            initial = self.visible.sample(bias, self.seed_generator)
        initial = ops.cast(initial, "float32")
        return self._compiled_chain(initial, ops.convert_to_tensor(steps - 1), mean)

    @functools.cached_property
    def _compiled_chain(self):
        return backend.compiled(self._run_chain)

    def _run_chain(self, visible, steps, mean):
        of_size = _OfSize(self, ops.shape(visible)[1:3])

        def hidden_of(visible):
            return self.hidden.sample(self.hidden_field(visible), self.seed_generator)

        visible = ops.fori_loop(
            0, steps, lambda _, visible: of_size.gibbs_step(hidden_of(visible))[0], visible
        )
        field = self.visible_field(hidden_of(visible), of_size.image_shape)
        return self.visible.mean(field) if mean else self.visible.sample(field, self.seed_generator)

    # Training.

    def compile(self, optimizer="sgd", sampler="cd", **kwargs):
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
        super().compile(optimizer=optimizer, **kwargs)
        self._set_sampler(chosen)

    @property
    def metrics(self):
        return [self.reconstruction_error, self.mean_free_energy]

    def fit(self, *args, **kwargs):
        """Trains the model; arguments and result as of `keras.Model.fit`."""
        arguments = inputs.fit_arguments(self, args, kwargs)
        channels = self.kernel.shape[2] if self.built else None
        rows = inputs.checked_rows(arguments, self.visible, channels, type(self).__name__, ndim=4)
        if rows is not None:
            with backend.variable_scope(self):
                self.initialize_from(rows)
        return self._fit(arguments)

    def initialize_from(self, rows):
        """Sets the visible biases from the mean of images, where they are still zero."""
        self.build((None, None, None, rows.shape[-1]))
        if not ops.any(self.visible_bias != 0):
            mean = ops.mean(ops.cast(rows, "float32"), axis=(0, 1, 2))
            self.visible_bias.assign(self.visible.bias_from_mean(mean))

    def train_step(self, data):
        visible, share = self._batch(data)
        field = self.hidden_field(visible)
        of_size = _OfSize(self, ops.shape(visible)[1:3])
        particles = ops.stop_gradient(self.sampler.negative_phase(of_size, field).visible)

        def contrast():
            return ops.sum(share * (self.free_energy(visible) - self.free_energy(particles)))

        variables = [self.kernel, self.visible_bias, self.hidden_bias]
        gradients = backend.gradients(contrast, variables)
        if self.sparsity is not None:
            activity = ops.mean(self.hidden.mean(field), axis=(0, 1, 2))
            self.activity.assign(self.sparsity.running_mean(self.activity, activity))
            gradients[2] += ops.sum(share) * self.sparsity.gradient(self.activity)
        self.optimizer.apply([g / backend.num_replicas() for g in gradients], variables)
        return self._measured(visible[::METRIC_EVERY], share[::METRIC_EVERY])

    def test_step(self, data):
        return self._measured(*self._batch(data))

    def _batch(self, data):
        """Returns images and the share of each in an average."""
        visible, _, weight = keras.utils.unpack_x_y_sample_weight(data)
        self.build(visible.shape)
        visible = self._checked(ops.cast(visible, "float32"))
        return visible, share_of(visible, self._flat(weight))

    def _measured(self, visible, share):
        error = ops.sum(ops.square(visible - self.reconstruct(visible)), axis=(1, 2, 3))
        self.reconstruction_error.update_state(error, share)
        self.mean_free_energy.update_state(self.free_energy(visible), share)
        return self.get_metrics_result()

    # Saving.

    def get_config(self):
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_config(),
            "num_filters": self.num_filters,
            "kernel_size": self.kernel_size,
            "pool_size": self.hidden.pool_size,
            "visible": serialize(self.visible),
            "sparsity": serialize(self.sparsity),
            "seed": self.seed,
        }


class _OfSize:
    """The model for images of one size, as a sampler sees it."""

    def __init__(self, model, image_shape):
        self.model, self.image_shape = model, image_shape
        self.hidden, self.seed_generator = model.hidden, model.seed_generator

    def gibbs_step(self, hidden):
        model = self.model
        field = model.visible_field(hidden, self.image_shape)
        visible = model.visible.sample(field, self.seed_generator)
        return visible, model.hidden_field(visible)
