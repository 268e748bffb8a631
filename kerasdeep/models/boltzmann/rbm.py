"""The restricted Boltzmann machine as a Keras model, and as a layer of any other."""

import contextlib
import functools

import keras
from keras import ops

from kerasdeep import backend, penalties, samplers, units
from kerasdeep.backend.random_state import SavedRandomState
from kerasdeep.backend.registration import register
from kerasdeep.callbacks import FreeEnergyGap
from kerasdeep.energies.contrastive import contrastive_gradient, share_of
from kerasdeep.energies.gibbs import GibbsSampling
from kerasdeep.energies.harmonium import Harmonium, Observed
from kerasdeep.likelihood.pseudo import PseudoLogLikelihood
from kerasdeep.training import data as inputs
from kerasdeep.training.model import METRIC_EVERY
from kerasdeep.training.sampled import SampledModel
from kerasdeep.training.unsupervised import UnsupervisedModel

# Share of the running mean of the data that one batch replaces; 0.01 as in Melchior et al. (2016).
OFFSET_RATE = 0.01


@register
class RBM(SavedRandomState, GibbsSampling, Harmonium, SampledModel, UnsupervisedModel):
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
    validation over all rows, `fit` over every tenth row of each batch of the training data. `fit`
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
        num_hidden,
        visible="bernoulli",
        hidden="bernoulli",
        centering=True,
        kernel_initializer=None,
        kernel_regularizer=None,
        kernel_constraint=None,
        sparsity=None,
        seed=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.num_hidden = backend.positive_integer(num_hidden, "num_hidden", "RBM")
        if self.variable_dtype != "float32":
            raise ValueError(
                "RBM keeps its weights in float32, under mixed precision too. Received: "
                f"dtype={self.dtype_policy.name!r}. Pass dtype='mixed_bfloat16', or none."
            )
        # Copies: a unit type may have weights, which no two models share.
        self.visible = units.copy_of(visible)
        self.hidden = units.copy_of(hidden)
        self.centering = centering
        self.kernel_initializer = keras.initializers.get(
            kernel_initializer or keras.initializers.RandomNormal(stddev=0.01, seed=seed)
        )
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.kernel_constraint = keras.constraints.get(kernel_constraint)
        self.sparsity = penalties.get(sparsity)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self._in_training = False
        self.reconstruction_error = keras.metrics.Mean("reconstruction_error")
        self.pseudo_log_likelihood = PseudoLogLikelihood()
        self.mean_free_energy = keras.metrics.Mean("free_energy")

    def build(self, input_shape):
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
        self.kernel = self.add_weight(
            name="kernel",
            shape=(num_visible, self.num_hidden),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.visible_bias = self.add_weight(
            name="visible_bias", shape=(num_visible,), initializer="zeros"
        )
        self.hidden_bias = self._add_hidden_bias(self.num_hidden)
        self.visible_offset = self._add_offset("visible_offset", self.visible, num_visible)
        self.hidden_offset = self._add_offset("hidden_offset", self.hidden, self.num_hidden)
        self.unit_weights = self.visible.add_weights(self, num_visible)
        if self.hidden.add_weights(self, self.num_hidden):
            raise ValueError("RBM learns a variance of visible units only. Received: hidden ones.")
        self.activity = self._add_activity(self.num_hidden)
        self.built = True
        self._build_training()

    def _add_offset(self, name, unit, size):
        mean = unit.statistic(unit.mean(ops.zeros((size,)))) if self.centering else 0.0

        def initial(shape, dtype=None):
            return ops.broadcast_to(ops.cast(mean, dtype), shape)

        return self.add_weight(name=name, shape=(size,), initializer=initial, trainable=False)

    def factor(self, values):
        """Returns values for a matrix product: in training, and only there, in compute dtype."""
        return ops.cast(values, self.compute_dtype) if self._in_training else values

    def energy(self, visible, hidden):
        """Returns the energy $E(v, h)$ of each pair of rows, shape `(batch,)`, in nats."""
        return super().energy(self._rows(visible), ops.cast(hidden, "float32"))

    def free_energy(self, visible):
        r"""Free energy $F(v) = -\log \sum_h e^{-E(v, h)}$, so that $p(v) = e^{-F(v)} / Z$.

        For Bernoulli hidden units $F(v) = E_b(v) - \sum_j \log(1 + e^{c_j + W_j^\top s(v)})$.

        Args:
            visible: array of shape `(batch, num_visible)`.

        Returns:
            Tensor of shape `(batch,)`, in nats.
        """
        return self._compiled_free_energy(self._rows(visible))

    @functools.cached_property
    def _compiled_free_energy(self):
        return backend.compiled(super().free_energy)

    # What a user asks of a trained model.

    def call(self, inputs):
        hidden = self.hidden_mean(inputs)
        # Keras warns of weights without a gradient; the visible bias has none when the RBM is a
        # layer of another model, and that is as it should be.
        return hidden + ops.cast(0.0 * ops.sum(self.visible_bias), hidden.dtype)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.num_hidden)

    def reconstruct(self, visible):
        """Mean-field reconstruction: visible means given the hidden means of the data.

        Args:
            visible: array of shape `(batch, num_visible)`.

        Returns:
            Tensor of the same shape.
        """
        return self.visible_mean(self.hidden_mean(self._rows(visible)))

    def _rows(self, visible):
        """Casts a batch of visible values to float32 and checks its shape."""
        visible = ops.cast(visible, "float32")
        width = self.kernel.shape[0] if self.built else "num_visible"
        if len(visible.shape) != 2 or (self.built and visible.shape[-1] != width):
            raise ValueError(
                f"RBM expects data of shape (batch, {width}). "
                f"Received: shape {tuple(visible.shape)}."
            )
        self.build((None, visible.shape[-1]))
        return visible

    # Training.

    def compile(self, optimizer="sgd", sampler="cd", **kwargs):
        """Configures training.

        Args:
            optimizer: any Keras optimizer, or its name. Its weight decay, if any, leaves the
                biases alone. Default `"sgd"`.
            sampler: `"cd"`, `"pcd"` or an object from `kerasdeep.samplers`. Default `"cd"`.
            **kwargs: `run_eagerly`, `steps_per_execution`, `jit_compile`, `auto_scale_loss`, as in
                `keras.Model.compile`; `steps_per_execution` is 20 by default, and 1 where a
                callback acts between batches. Without `jit_compile`, updates of 100,000 weights or
                more are compiled by XLA on a processor too: epochs take a quarter less time, the
                first one some seconds more.

        Raises:
            ValueError: for a loss or metrics, which an RBM has of its own, or an unknown sampler.
        """
        super().compile(optimizer=optimizer, **kwargs)
        self._set_sampler(sampler)

    @property
    def metrics(self):
        return [self.reconstruction_error, self.pseudo_log_likelihood, self.mean_free_energy]

    def fit(self, *args, **kwargs):
        """Trains the RBM; arguments and result as of `keras.Model.fit`.

        Raises:
            ValueError: for data that the visible units cannot have.
            FloatingPointError: where training diverges; the message names the likely cause.
        """
        arguments = inputs.fit_arguments(self, args, kwargs)
        if not self.trainable:
            raise ValueError("RBM is frozen. Received: trainable=False. Set it to True to fit.")
        num_visible = self.kernel.shape[0] if self.built else None
        rows = inputs.checked_rows(arguments, self.visible, num_visible, owner="RBM")
        if rows is None:
            return self._fit(arguments)
        with backend.variable_scope(self):
            self.initialize_from(rows)
        return self._fit(arguments, FreeEnergyGap(rows))

    def initialize_from(self, rows):
        """Sets the visible biases and offsets from the mean of data, where they are still zero.

        Args:
            rows: array of shape `(num_rows, num_visible)`.
        """
        self.build((None, rows.shape[-1]))
        if ops.any(self.visible_bias != 0):
            return
        mean = ops.mean(ops.cast(rows, "float32"), axis=0)
        self.visible_bias.assign(self.visible.bias_from_mean(mean))
        if self.centering:
            self.visible_offset.assign(self.visible.statistic(mean))
        if self.compiled:
            self.sampler.initialize(self)

    def train_step(self, data):
        batch = self._batch(data)
        self._made_fast(self._update)(*batch)
        return self.get_metrics_result()

    def _update(self, visible, sample_weight):
        self._update_metrics(visible, sample_weight, every=METRIC_EVERY)
        with self._training_products():
            field = self.hidden_field(visible)
            hidden = self.hidden.mean(field)
            particles = self._negative_phase(visible, field, sample_weight)
            gradients = contrastive_gradient(self, visible, hidden, particles, sample_weight)
        if self.sparsity is not None:
            gradients[2] += self._sparsity_gradient(hidden, sample_weight)
        shares = share_of(hidden, sample_weight), share_of(*particles[1:])
        unit_gradients = self._unit_gradients(visible, hidden, particles, *shares)
        applied = [*gradients, *unit_gradients]
        if unit_gradients:
            # The update of the kernel does not wait for these; TensorFlow was seen to run it first,
            # one time in twelve.
            applied = backend.all_of(applied)
        self._apply(applied)
        self.sampler.observe(gradients)
        self.update_offsets(visible, hidden)

    def test_step(self, data):
        self._update_metrics(*self._batch(data))
        return self.get_metrics_result()

    @contextlib.contextmanager
    def _training_products(self):
        self._in_training = True
        try:
            yield
        finally:
            self._in_training = False

    def _apply(self, gradients):
        kernel_gradient, *others = gradients
        if self.kernel_regularizer is not None:
            kernel_gradient += backend.gradients(
                lambda: self.kernel_regularizer(self.kernel.value), [self.kernel]
            )[0]
        # Replicas sum the gradients that they apply; ours are means already.
        scaled = [
            self.optimizer.scale_loss(gradient / backend.num_replicas())
            for gradient in (kernel_gradient, *others)
        ]
        own = [self.kernel, self.visible_bias, self.hidden_bias]
        self.optimizer.apply(scaled, [*own, *self.unit_weights])

    def _negative_phase(self, visible, field, sample_weight):
        observed = self.visible.observed(visible)
        if observed is None:
            return self.sampler.negative_phase(self, field, sample_weight)
        if not isinstance(self.sampler, samplers.ContrastiveDivergence):
            raise ValueError(
                "RBM with missing data needs chains that start at the data. Received: sampler="
                f"{type(self.sampler).__name__}. Use ContrastiveDivergence."
            )
        return self.sampler.negative_phase(Observed(self, observed), field, sample_weight)

    def _unit_gradients(self, visible, hidden, particles, share, particle_share):
        """Returns the gradients of what the visible unit type itself learns."""
        if not self.unit_weights:
            return []
        unit, bias = self.visible, self.visible_bias
        of_data = unit.weight_gradients(visible, bias, self.visible_field(hidden), share)
        field = self.visible_field(particles.hidden)
        of_model = unit.weight_gradients(particles.visible, bias, field, particle_share)
        return [data - model for data, model in zip(of_data, of_model, strict=True)]

    def _sparsity_gradient(self, hidden, sample_weight):
        weight = ops.ones_like(hidden[:, 0]) if sample_weight is None else sample_weight
        total = ops.sum(weight)
        mean = ops.matmul(weight, hidden) / ops.maximum(total, 1e-12)
        self.activity.assign(self.sparsity.running_mean(self.activity, mean))
        return (
            total
            / ops.cast(ops.shape(hidden)[0], "float32")
            * self.sparsity.gradient(self.activity)
        )

    def update_offsets(self, visible, hidden):
        """Moves the offsets towards the means of a batch."""
        if not self.centering:
            return
        for offset, unit, value in (
            (self.visible_offset, self.visible, visible),
            (self.hidden_offset, self.hidden, hidden),
        ):
            offset.assign_add(OFFSET_RATE * (ops.mean(unit.statistic(value), axis=0) - offset))

    def _update_metrics(self, visible, sample_weight, every=1):
        visible = visible[::every]
        sample_weight = None if sample_weight is None else sample_weight[::every]
        field = self.hidden_field(visible)
        mean = self.visible_mean(self.hidden.mean(field))
        observed = self.visible.observed(visible)
        known = mean if observed is None else observed * mean
        error = ops.sum(ops.square(visible - known), axis=-1)
        self.reconstruction_error.update_state(error, sample_weight)
        self.pseudo_log_likelihood.update_state(self, visible, field, mean, sample_weight)
        self.mean_free_energy.update_state(self.free_energy_given(visible, field), sample_weight)

    def _batch(self, data):
        """Returns the visible values and the sample weights of what `fit` hands to a step."""
        visible, _, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        return self._checked(self._rows(visible)), self._flat(sample_weight)

    # Saving.

    def get_config(self):
        return {
            **super().get_config(),
            "num_hidden": self.num_hidden,
            "visible": keras.saving.serialize_keras_object(self.visible),
            "hidden": keras.saving.serialize_keras_object(self.hidden),
            "centering": self.centering,
            "kernel_initializer": keras.saving.serialize_keras_object(self.kernel_initializer),
            "kernel_regularizer": keras.saving.serialize_keras_object(self.kernel_regularizer),
            "kernel_constraint": keras.saving.serialize_keras_object(self.kernel_constraint),
            "sparsity": keras.saving.serialize_keras_object(self.sparsity),
            "seed": self.seed,
        }
