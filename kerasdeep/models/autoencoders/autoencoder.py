"""The autoencoder as a Keras model, and as a layer of a stack."""

import math
from typing import Any

import keras
from keras import ops

from kerasdeep import backend, penalties, units
from kerasdeep.backend.registration import register, serialized
from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.energies.contrastive import share_of
from kerasdeep.models.autoencoders import served
from kerasdeep.models.autoencoders.biases import start_biases
from kerasdeep.models.autoencoders.checks import check_bottleneck, check_sparse_coding
from kerasdeep.models.autoencoders.tied import tied_again, tied_decoder
from kerasdeep.training.apply import descend
from kerasdeep.training.endpoints import Endpoint
from kerasdeep.training.ends import check_linear_end
from kerasdeep.training.model import TrainedModel
from kerasdeep.training.symbolic import output_shape
from kerasdeep.training.unrolled import Unrolled

LOSSES = ("likelihood", "squared_error")


@register
class Autoencoder(TrainedModel):
    r"""Autoencoder: a code from which data can be made again.

    $$h = f(\tilde x), \qquad \phi = g(h), \qquad
    L = \bigl\langle -\log p(x \mid \phi) \bigr\rangle + \Omega(h).$$

    The encoder $f$ sees data $\tilde x$, spoilt in training if there is a `corruption`; the decoder
    $g$ gives the field $\phi$ of the visible units, whose type says what data is: of Bernoulli
    units $-\log p(x \mid \phi)$ is the cross-entropy of $x$ and $\sigma(\phi)$, of Gaussian ones,
    up to a constant, half the squared error. $\Omega$ is the `penalty`, and what layers of encoder
    and decoder add, such as an `activity_regularizer`.

    `autoencoder(x)` and `predict` give the code, as of an RBM: an autoencoder is a layer of any
    Keras model. `reconstruct` makes data of data. `fit` needs no targets: it makes the rows again,
    or, of pairs `fit(x, y)` with rows in `y` too, those of `y`; labels do not count. Where the
    biases of the last layer are still zero, it first sets them to give each unit its mean over the
    rows to make. `fit` and `evaluate` report `reconstruction_error`, the squared error of a row,
    `reconstruction_loss`, which is $-\log p(x \mid \phi)$ in nats or the squared error, `penalty`,
    and `loss`, the sum of the last two, without what regularizers of weights add; `fit` of spoilt
    data, as it learns.

    Args:
        encoder: $f$, a Keras layer or model.
        decoder: $g$, likewise, from codes to what is as large as the data, without an activation at
            its end. Default None: the weights of the encoder, turned over, see `TransposedDense`;
            for encoders of `Dense` layers, or one `SparseCoding`.
        visible: unit type of the data, along the last axis of a row. Default `"bernoulli"`.
        corruption: Keras layer that spoils data in training, such as
            `kerasdeep.layers.MaskingNoise(0.25)`; Keras's own noises do not save their random
            state. Default None.
        penalty: `kerasdeep.penalties.Contraction`, `SparseCode` or `AbsoluteCode`. Default None.
        loss: `"likelihood"`, or `"squared_error"` of data and means. Default `"likelihood"`.

    Attributes:
        encoder, decoder, corruption: the layers.

    Raises:
        ValueError: for arguments that do not fit each other, or data that the visible units cannot
            have.

    Example:

    >>> autoencoder = Autoencoder(keras.layers.Dense(500, "sigmoid"), corruption=MaskingNoise(0.25))
    >>> autoencoder.compile("adam")
    >>> autoencoder.fit(x, batch_size=100, epochs=20)
    >>> codes = autoencoder.encode(x)

    References: Hinton, Salakhutdinov (2006), Reducing the dimensionality of data with neural
    networks. Science 313. Goodfellow, Bengio, Courville (2016), Deep learning, chapter 14.
    """

    objective = "what is lost of the data in its code, and a penalty on the code"
    measured_every = None
    takes_targets = True

    def __init__(
        self,
        encoder: keras.layers.Layer,
        decoder: keras.layers.Layer | None = None,
        visible: str | units.Unit = "bernoulli",
        corruption: keras.layers.Layer | None = None,
        penalty: penalties.CodePenalty | None = None,
        loss: str = "likelihood",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        name = type(self).__name__
        backend.keras_layer(encoder, "encoder", name)
        backend.keras_layer(decoder, "decoder", name, optional=True)
        if loss not in LOSSES:
            raise ValueError(f"{name} expects a loss: {', '.join(LOSSES)}. Received: {loss!r}.")
        check_linear_end(
            decoder,
            f"{name} expects a decoder",
            "the type of visible units says what comes of its outputs",
        )
        self.encoder = encoder
        self.tied = decoder is None
        self.decoder = tied_decoder(encoder) if decoder is None else decoder
        self.visible = units.copy_of(visible)
        self.corruption = backend.keras_layer(corruption, "corruption", name, optional=True)
        self.penalty = penalties.of_code(penalty)
        self.minimized = loss
        check_sparse_coding(self)
        self._add_metrics()

    @classmethod
    def unrolled(cls, stack: Unrolled, **kwargs: Any) -> "Autoencoder":
        """Returns the autoencoder that a stack is, its weights copied and no longer tied.

        Args:
            stack: a built `DBN` or `StackedAutoencoder`.
            **kwargs: as of `Autoencoder`, but for encoder, decoder and visible.

        Reference: Hinton, Salakhutdinov (2006), Reducing the dimensionality of data with neural
        networks. Science 313.
        """
        layers = stack.to_autoencoder().layers
        up = [layer for layer in layers if layer.name.startswith("encoder_")]
        down = layers[len(up) :]
        down[-1].activation = keras.activations.linear  # the decoder gives fields
        encoder, decoder = (keras.Sequential(part) for part in (up, down))
        model = cls(encoder, decoder, visible=stack.visible_unit, **kwargs)
        model.build((None, *stack.row_shape))
        return model

    def _add_metrics(self):
        self.reconstruction_error = keras.metrics.Mean("reconstruction_error")
        self.reconstruction_loss = keras.metrics.Mean("reconstruction_loss")
        self.mean_penalty = keras.metrics.Mean("penalty")

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if self.built:
            return
        row_shape = tuple(input_shape[1:])
        self.visible.check_width(row_shape[-1])
        self._check_all_known(self.visible, row_shape[-1])
        code_shape = self.compute_output_shape(input_shape)
        self.num_codes = math.prod(code_shape[1:])
        _, *made = output_shape(self.decoder, code_shape, type(self).__name__)
        if tuple(made) != row_shape:
            raise ValueError(
                f"{type(self).__name__} expects a decoder that gives rows of shape {row_shape}, as "
                f"the data. Received: {tuple(made)}."
            )
        self.visible.add_weights(self, row_shape[-1])
        if self.visible.weights:
            raise ValueError(
                f"{type(self).__name__} expects visible units without weights. Received: "
                f"{type(self.visible).__name__} with a variance that is learned."
            )
        self._check_bottleneck(math.prod(row_shape))
        self._row_shape = row_shape
        self.built = True
        self._build_training()

    def _check_bottleneck(self, width):
        check_bottleneck(self, width)

    def _code_shape(self, shape):
        """Returns the shape of codes, given that of what the encoder gives."""
        return shape

    @property
    def expected_rank(self) -> int | None:
        return 1 + len(self._row_shape) if self.built else None

    @property
    def row_shape(self) -> tuple[int | None, ...]:
        return self._row_shape

    def _start_biases(self, rows):
        start_biases(self.decoder, self.visible, rows)

    # What a user asks of a trained model.

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        code = self._codes(inputs, training)
        if training:  # Keras warns of weights without a gradient, as these are in a network
            own = {id(weight) for weight in self.encoder.trainable_weights}
            unused = [one for one in self.decoder.trainable_weights if id(one) not in own]
            code += sum(0.0 * ops.sum(ops.convert_to_tensor(weight)) for weight in unused)
        return ops.cast(code, self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return self._code_shape(output_shape(self.encoder, input_shape, type(self).__name__))

    def _codes(self, inputs, training=False):
        """Returns codes as float32."""
        return ops.cast(self.encoder(inputs, training=training), "float32")

    def propagate(self, visible: ArrayLike, mean_field: bool = True) -> Tensor:
        """Returns what a layer above learns from: the code."""
        return self._codes(visible)

    def encode(self, visible: ArrayLike) -> Tensor:
        """Returns the codes of data.

        Args:
            visible: array of rows, as `fit` takes them.

        Returns:
            Tensor of shape `(batch, ...)`, as the encoder gives it.
        """
        return self._codes(self._asked(visible))

    def decode(self, code: ArrayLike) -> Tensor:
        """Returns the data that codes stand for: means of the visible units.

        Args:
            code: array of codes.

        Returns:
            Tensor of rows, shape `(batch, ...)`.
        """
        backend.check_built(self)
        return self.visible.mean(self._field(ops.cast(code, "float32")))

    def reconstruct(self, visible: ArrayLike) -> Tensor:
        """Returns data made of the codes of data.

        Args:
            visible: array of rows, as `fit` takes them.

        Returns:
            Tensor of the same shape.
        """
        return self.decode(self.encode(visible))

    def _field(self, code, training=False):
        return ops.cast(self.decoder(code, training=training), "float32")

    def endpoints(self) -> list[Endpoint]:
        return [served.encode(self), served.reconstruct(self), served.decode(self)]

    # Training.

    def own_metrics(self) -> list[keras.metrics.Metric]:
        return [self.reconstruction_error, self.reconstruction_loss, self.mean_penalty]

    def _reported_loss(self, logs):
        return logs["reconstruction_loss"] + logs["penalty"]

    def _batch(self, data):
        visible, weight = super()._batch(data)
        _, target, _ = keras.utils.unpack_x_y_sample_weight(data)
        if target is None or tuple(target.shape[1:]) in ((), (1,)):  # nothing, or labels
            return visible, weight
        if tuple(target.shape[1:]) != self._row_shape:
            raise ValueError(
                f"{type(self).__name__} expects targets of shape (batch, "
                f"{', '.join(map(str, self._row_shape))}), as the data. Received: "
                f"{tuple(target.shape)}."
            )
        return visible, weight, self._checked(target)

    def _update(self, visible, weight, target=None):
        target = visible if target is None else target
        found = descend(
            self.optimizer,
            lambda: self._objective(visible, weight, target, training=True),
            self.learned_variables(),
        )
        self._report(visible, target, weight, *found)

    def _measure(self, visible, weight, target=None):
        target = visible if target is None else target
        _, found = self._objective(visible, weight, target)
        self._report(visible, target, weight, *found)

    def _objective(self, visible, weight, target, training=False):
        """Returns the loss of a batch, and what is reported: means, losses, penalties of rows."""
        share = share_of(visible, weight)
        seen = visible
        if training and self.corruption is not None:
            seen = self.corruption(visible, training=True)
        code = self._codes(seen, training)
        penalty = added_losses(self.encoder) * ops.ones_like(share)
        if self.penalty is not None:
            penalty += self.penalty(self.encoder, code, share)
        field = self._field(code, training)
        penalty += added_losses(self.decoder)
        mean, losses = self._reconstruction(target, field)
        return ops.sum(share * (losses + penalty)), (mean, losses, penalty)

    def _reconstruction(self, visible, field):
        """Returns means of the visible units, and what each row loses."""
        mean = self.visible.mean(field)
        if self.minimized == "squared_error":
            return mean, squared_error(visible, mean)
        return mean, -ops.sum(flat(self.visible.log_probability(visible, field)), axis=-1)

    def _report(self, visible, target, weight, mean, losses, penalty):
        self.reconstruction_error.update_state(squared_error(target, mean), weight)
        self.reconstruction_loss.update_state(losses, weight)
        self.mean_penalty.update_state(penalty, weight)
        self._measure_users(target, mean, weight)

    # Saving.

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "encoder": serialized(self.encoder),
            "decoder": None if self.tied else serialized(self.decoder),
            "visible": serialized(self.visible),
            "corruption": serialized(self.corruption),
            "penalty": serialized(self.penalty),
            "loss": self.minimized,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Autoencoder":
        layers = {"encoder", "decoder", "corruption"} & set(config)
        made = {name: keras.saving.deserialize_keras_object(config[name]) for name in layers}
        if made.get("decoder") is not None:
            made["decoder"] = tied_again(made["encoder"], made["decoder"])
        return cls(**{**config, **made})


def added_losses(layer: keras.layers.Layer) -> Tensor:
    """Returns the sum of what a layer and those in it added by `add_loss`, when it was called.

    What regularizers of weights add, the optimizer's step does, see `apply_gradients`.
    """
    regularized = sum(weight.regularizer is not None for weight in layer.trainable_weights)
    losses = layer.losses[: len(layer.losses) - regularized]
    return sum((ops.cast(loss, "float32") for loss in losses), ops.zeros(()))


def squared_error(visible: Tensor, mean: Tensor) -> Tensor:
    """Returns the squared error of each row, shape `(batch,)`."""
    return ops.sum(ops.square(flat(visible - mean)), axis=-1)


def flat(rows: Tensor) -> Tensor:
    """Returns rows of shape `(batch, num_values)`."""
    return ops.reshape(rows, (ops.shape(rows)[0], math.prod(rows.shape[1:])))
