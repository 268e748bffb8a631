"""The Wasserstein GAN with a gradient penalty."""

from typing import Any

import keras
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.registration import register
from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.models.adversarial.gan import GAN


@register
class WGAN(GAN):
    r"""Generative adversarial network by the Wasserstein distance, with a gradient penalty,

    $$L_D = \bigl\langle D(G(z)) \bigr\rangle - \bigl\langle D(x) \bigr\rangle
    + \lambda \bigl\langle (\| \nabla_{\hat x} D(\hat x) \|_2 - 1)^2 \bigr\rangle, \qquad
    L_G = -\bigl\langle D(G(z)) \bigr\rangle,$$

    with $\hat x = u x + (1 - u) G(z)$, $u$ uniform, one a row. Near a critic $D$ of slope 1, minus
    the first two terms of $L_D$ estimates how far drawings are from data. All else is as of `GAN`.

    Args:
        generator, discriminator, num_noise, noise, num_classes, averaging, seed: as of `GAN`; the
            discriminator, here called critic, without batch normalization.
        discriminator_steps: steps of the critic for one of the generator. Default 5.
        penalty: $\lambda \geq 0$. Default 10.0.

    Raises:
        ValueError: as of `GAN`, and for a negative penalty.

    Example:

    >>> gan = WGAN(generator, critic)
    >>> gan.compile(keras.optimizers.Adam(1e-4, 0.0), keras.optimizers.Adam(1e-4, 0.0, 0.9))
    >>> gan.fit(x, batch_size=64, epochs=50)

    Reference: Gulrajani, Ahmed, Arjovsky, Dumoulin, Courville (2017), Improved training of
    Wasserstein GANs. NIPS 30.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        num_noise: int = 100,
        noise: str = "normal",
        num_classes: int | None = None,
        discriminator_steps: int = 5,
        averaging: float = 0.0,
        penalty: float = 10.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            generator,
            discriminator,
            num_noise=num_noise,
            noise=noise,
            num_classes=num_classes,
            discriminator_steps=discriminator_steps,
            averaging=averaging,
            penalty=penalty,
            seed=seed,
            **kwargs,
        )

    def _loss_of_discriminator(self, visible, label, seed, training=False):
        drawn = ops.stop_gradient(self._drawn(visible, label, seed, training))
        real, made = (self._judged(rows, label, training)[:, 0] for rows in (visible, drawn))
        share = backend.uniform((ops.shape(visible)[0], *[1] * (len(visible.shape) - 1)), seed)
        between = share * visible + (1 - share) * drawn
        return made - real + self.penalty * self.gradient_penalty(between, label, training)

    def gradient_penalty(
        self, rows: ArrayLike, label: Tensor | None = None, training: bool = False
    ) -> Tensor:
        r"""Returns $(\| \nabla_x D(x) \|_2 - 1)^2$ of each row, shape `(batch,)`.

        Args:
            rows: array of rows.
            label: of a conditional network, numbers of classes. Default None.
            training: whether the critic is in training. Default False.
        """
        # The root has no slope at zero.
        slope = ops.sqrt(self._squared_slope(rows, label, training) + 1e-12)
        return ops.square(slope - 1)

    def _loss_of_generator(self, visible, label, seed, training=False):
        drawn = self._drawn(visible, label, seed, training)
        return -self._judged(drawn, label, training)[:, 0]
