"""The generative adversarial network as a Keras model with two optimizers."""

from typing import Any, Self

import keras
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.random_state import SavedRandomState
from kerasdeep.backend.registration import register, serialized
from kerasdeep.backend.seeds import StepSeeds
from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.energies.contrastive import share_of
from kerasdeep.models.adversarial import served
from kerasdeep.models.adversarial.conditions import beside
from kerasdeep.models.adversarial.drawing import DrawsFromNoise
from kerasdeep.models.adversarial.two_optimizers import TwoOptimizers
from kerasdeep.training.apply import descend
from kerasdeep.training.endpoints import Endpoint
from kerasdeep.training.ends import check_adds_nothing, check_linear_end, values_at_end
from kerasdeep.training.labels import checked_labels
from kerasdeep.training.model import TrainedModel
from kerasdeep.training.symbolic import output_shape
from kerasdeep.units.base import AnyNumbers


@register
class GAN(SavedRandomState, DrawsFromNoise, TwoOptimizers, TrainedModel):
    r"""Generative adversarial network.

    A generator makes data of noise, $G(z)$; a discriminator, whose output $D$ is a log-odds, tells
    that from real data. With each batch the discriminator learns first, on as many drawn rows as
    real ones, then the generator, by the non-saturating loss:

    $$L_D = -\bigl\langle \log \sigma(D(x)) \bigr\rangle
    - \bigl\langle \log (1 - \sigma(D(G(z)))) \bigr\rangle, \qquad
    L_G = -\bigl\langle \log \sigma(D(G(z))) \bigr\rangle.$$

    With `num_classes` both also see a label: one-hot beside the noise and beside the data, of
    images as channels that are all ones or all zeros. With `averaging` $\mu$ a second generator,
    from which `sample` draws, follows the first as a running mean of its weights,
    $\bar w \leftarrow \mu \bar w + (1 - \mu) w$, in early steps with a smaller $\mu$.

    With a `penalty` $\gamma$ each real row adds $\gamma\, \tfrac12 \| \nabla_x D(x) \|_2^2$ to
    $L_D$, known as $R_1$: where drawings are as data is, the discriminator goes flat and the game
    comes to rest.

    `fit` and `evaluate` report both losses; `loss` is that of the generator, which says little of
    how good drawings are: see `kerasdeep.likelihood.frechet_distance`. Calls and `predict` give
    $D(x)$, of conditional networks the mean over all labels.

    Args:
        generator: Keras model from noise, and labels, to data. An activation at its end says what
            data may be: after a sigmoid 0 to 1, after a hyperbolic tangent -1 to 1, after a
            rectifier at least 0, else any.
        discriminator: Keras model from data, and labels, to one number without an activation. What
            layers of either add by `add_loss` does not count.
        num_noise: size of the noise $z$. Default 100.
        noise: `"normal"`, or `"uniform"` from -1 to 1. Default `"normal"`.
        num_classes: number of classes of a conditional network. Default None: no labels.
        discriminator_steps: how often the discriminator learns from a batch, each time beside other
            drawings, before the generator learns once. Default 1.
        averaging: $\mu$, from 0, which keeps no second generator, to below 1. Default 0.0.
        penalty: $\gamma \geq 0$. Default 0.0.
        seed: integer seed of all noise. Default None: from Keras's global seed.

    Raises:
        ValueError: for networks that do not fit each other or the data, one optimizer where two are
            meant, or data that the generator could not make.

    Example:

    >>> gan = GAN(generator, discriminator, num_noise=64)
    >>> gan.compile(keras.optimizers.Adam(2e-4, 0.5), keras.optimizers.Adam(2e-4, 0.5))
    >>> gan.fit(x, batch_size=100, epochs=50)
    >>> digits = gan.sample(num_samples=16)

    References: Goodfellow, Pouget-Abadie, Mirza, Xu, Warde-Farley, Ozair, Courville, Bengio (2014),
    Generative adversarial nets. NIPS 27. Mirza, Osindero (2014), Conditional generative adversarial
    nets. Mescheder, Geiger, Nowozin (2018), Which training methods for GANs do actually converge?
    ICML.
    """

    measured_every = None
    objective = "a game of two losses"
    takes_metrics = False

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        num_noise: int = 100,
        noise: str = "normal",
        num_classes: int | None = None,
        discriminator_steps: int = 1,
        averaging: float = 0.0,
        penalty: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        name = type(self).__name__
        if noise not in ("normal", "uniform"):
            raise ValueError(f"{name} expects noise 'normal' or 'uniform'. Received: {noise!r}.")
        backend.keras_layer(generator, "generator", name)
        backend.keras_layer(discriminator, "discriminator", name)
        check_linear_end(
            discriminator, f"{name} expects a discriminator", "its output is any number"
        )
        self.generator = generator
        self.discriminator = discriminator
        self.num_noise = backend.positive_integer(num_noise, "num_noise", name)
        self.noise = noise
        self.num_classes = backend.class_number(num_classes, name)
        self.discriminator_steps = backend.positive_integer(
            discriminator_steps, "discriminator_steps", name
        )
        self.averaging = backend.real_number(averaging, "averaging", name, below=1)
        self.penalty = backend.real_number(penalty, "penalty", name)
        self.seed = backend.seed_number(seed, name)
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.visible = AnyNumbers()
        self.averaged = None
        self.generator_loss = keras.metrics.Mean("generator_loss")
        self.discriminator_loss = keras.metrics.Mean("discriminator_loss")

    @backend.at_once  # to copy weights, there have to be some
    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if self.built:
            return
        name, row_shape = type(self).__name__, tuple(input_shape[1:])
        self.visible = AnyNumbers(*values_at_end(self.generator))
        noise_shape = self._with_labels((None, self.num_noise))
        _, *made = output_shape(self.generator, noise_shape, name)
        if tuple(made) != row_shape:
            raise ValueError(
                f"{name} expects a generator of rows of shape {row_shape}, as the data. Received: "
                f"one of shape {tuple(made)}."
            )
        judged = output_shape(self.discriminator, self._with_labels((None, *row_shape)), name)
        if judged[1:] != (1,):
            raise ValueError(
                f"{name} expects a discriminator with one output, shape (None, 1). Received: "
                f"{judged}. Pool or flatten, then keras.layers.Dense(1)."
            )
        for model in (self.generator, self.discriminator):
            check_adds_nothing(model, name)
        self._row_shape = row_shape
        if self.averaging:
            self.averaged = keras.models.clone_model(self.generator)
            output_shape(self.averaged, noise_shape, name)
            self.averaged.trainable = False
            self.averaged.set_weights(self.generator.get_weights())
            self.steps = self.add_weight(
                name="steps", shape=(), initializer="zeros", trainable=False
            )
        self.built = True
        self._build_training()

    def _with_labels(self, shape):
        """Returns the shape of inputs beside which labels stand, if there are some."""
        return (*shape[:-1], shape[-1] + (self.num_classes or 0))

    @property
    def learns_from_labels(self) -> bool:
        return self.num_classes is not None

    @property
    def expected_rank(self) -> int | None:
        return 1 + len(self._row_shape) if self.built else None

    @property
    def row_shape(self) -> tuple[int | None, ...]:
        return self._row_shape

    # What a user asks of a trained model.

    def call(self, inputs: Tensor) -> Tensor:
        labels = range(self.num_classes or 1)
        ones = ops.ones((ops.shape(inputs)[0],), "int32")
        scores = [self._judged(inputs, label * ones) for label in labels]
        return ops.cast(sum(scores) / len(scores), self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (input_shape[0], 1)

    def _made(self, generator, noise, label, training):
        """Returns data made of noise, as float32."""
        return ops.cast(
            generator(beside(noise, label, self.num_classes), training=training), "float32"
        )

    def _judged(self, rows, label, training=False):
        """Returns the discriminator's output on rows, as float32, shape `(batch, 1)`."""
        return ops.cast(
            self.discriminator(beside(rows, label, self.num_classes), training=training), "float32"
        )

    def endpoints(self) -> list[Endpoint]:
        return served.of_gan(self)

    # Training.

    def learned_variables(self) -> list[keras.Variable]:
        return self.generator.trainable_variables

    def own_metrics(self) -> list[keras.metrics.Metric]:
        return [self.generator_loss, self.discriminator_loss]

    def _reported_loss(self, logs):
        return logs["generator_loss"]

    def _batch(self, data):
        visible, label, weight = keras.utils.unpack_x_y_sample_weight(data)
        visible, weight = self._checked(visible), self._checked_weight(weight)
        if self.num_classes is None:
            return visible, None, weight
        label = ops.cast(checked_labels(label, self), "int32")
        known = ops.cast(label >= 0, "float32")  # other rows do not count
        return visible, label, known if weight is None else known * weight

    def _update(self, visible, label, weight):
        share = share_of(visible, weight)

        def learn(optimizer, network, loss):
            def objective():
                losses = loss(visible, label, self.seed_generator, training=True)
                return ops.sum(share * losses), losses

            return descend(optimizer, objective, network.trainable_variables)

        for _ in range(self.discriminator_steps):
            losses = learn(
                self.discriminator_optimizer, self.discriminator, self._loss_of_discriminator
            )
            self.discriminator_loss.update_state(losses, weight)
        losses = learn(self.optimizer, self.generator, self._loss_of_generator)
        self.generator_loss.update_state(losses, weight)
        self._follow()

    def _drawn(self, visible, label, seed, training):
        """Returns as many rows made of noise as there are real ones, with their labels."""
        noise = self._noise(ops.shape(visible)[0], seed)
        return self._made(self.generator, noise, label, training)

    def _loss_of_discriminator(self, visible, label, seed, training=False):
        """Returns $L_D$ of each pair of a real and a drawn row, in nats."""
        drawn = ops.stop_gradient(self._drawn(visible, label, seed, training))
        real, made = (self._judged(rows, label, training)[:, 0] for rows in (visible, drawn))
        losses = ops.softplus(-real) + ops.softplus(made)
        if self.penalty:
            losses += self.penalty * self.gradient_penalty(visible, label, training)
        return losses

    def gradient_penalty(
        self, rows: ArrayLike, label: Tensor | None = None, training: bool = False
    ) -> Tensor:
        r"""Returns $\tfrac12 \| \nabla_x D(x) \|_2^2$ of each row, shape `(batch,)`.

        Args:
            rows: array of rows.
            label: of a conditional network, numbers of classes. Default None.
            training: whether the discriminator is in training. Default False.

        Raises:
            ValueError: for a conditional network without labels.
        """
        self._check_labelled(label)
        return self._squared_slope(rows, label, training) / 2

    def _squared_slope(self, rows, label, training):
        rows = ops.convert_to_tensor(rows, "float32")
        slope = backend.gradient_at(
            lambda point: ops.sum(self._judged(point, label, training)), rows
        )
        return ops.sum(ops.square(slope), axis=tuple(range(1, len(rows.shape))))

    def _loss_of_generator(self, visible, label, seed, training=False):
        """Returns $L_G$ of each drawn row, in nats."""
        drawn = self._drawn(visible, label, seed, training)
        return ops.softplus(-self._judged(drawn, label, training)[:, 0])

    def _follow(self):
        """Moves the running mean of the generator's weights, and of its moving statistics."""
        if self.averaged is not None:
            self.steps.assign_add(1.0)
            kept = ops.minimum(self.averaging, self.steps / (self.steps + 9.0))
            for mean, weight in zip(self.averaged.weights, self.generator.weights, strict=True):
                mean.assign(kept * mean + (1 - kept) * weight)

    def _measure(self, visible, label, weight):
        # Seeds of their own: what is measured leaves the draws of the training as they are.
        seed = StepSeeds(0, self.discriminator_loss.count)
        losses = self._loss_of_discriminator(visible, label, seed)
        self.discriminator_loss.update_state(losses, weight)
        self.generator_loss.update_state(self._loss_of_generator(visible, label, seed), weight)

    # Saving.

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "generator": serialized(self.generator),
            "discriminator": serialized(self.discriminator),
            "num_noise": self.num_noise,
            "noise": self.noise,
            "num_classes": self.num_classes,
            "discriminator_steps": self.discriminator_steps,
            "averaging": self.averaging,
            "penalty": self.penalty,
            "seed": self.seed,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        networks = ("generator", "discriminator")
        made = {name: keras.saving.deserialize_keras_object(config[name]) for name in networks}
        return cls(**{**config, **made})
