"""The variational autoencoder: a code with a distribution, and data drawn from codes."""

import math
from typing import Any

import keras
from keras import ops

from kerasdeep import backend, units
from kerasdeep.backend.random_state import SavedRandomState
from kerasdeep.backend.registration import register
from kerasdeep.backend.seeds import StepSeeds
from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.energies.contrastive import share_of
from kerasdeep.models.autoencoders import served
from kerasdeep.models.autoencoders.autoencoder import (
    Autoencoder,
    added_losses,
    flat,
    squared_error,
)
from kerasdeep.training.endpoints import Endpoint
from kerasdeep.training.ends import check_linear_end


@register
class VariationalAutoencoder(SavedRandomState, Autoencoder):
    r"""Variational autoencoder: codes are normal, and data is drawn given a code,

    $$p(x, z) = \mathcal{N}(z;\, 0, I)\; p(x \mid \phi = g(z)), \qquad
    q(z \mid x) = \mathcal{N}\bigl(z;\, \mu(x), \operatorname{diag} \sigma^2(x)\bigr),$$

    where the encoder gives $\mu$ and $\log \sigma^2$ side by side. `fit` raises a lower bound,

    $$\log p(x) \geq \mathbb{E}_q[\log p(x \mid g(z))] - \mathrm{KL}(q(z \mid x) \,\|\, p(z)),
    \qquad \mathrm{KL} = \tfrac12 \sum_j \bigl(\mu_j^2 + \sigma_j^2 - 1 - \log \sigma_j^2\bigr),$$

    with $z = \mu + \sigma \epsilon$, one $\epsilon \sim \mathcal{N}(0, I)$ a row and step, so that
    the gradient passes through the draw.

    `fit` and `evaluate` report `lower_bound` and `divergence`, its second term, in nats, and
    `reconstruction_error`, the squared error of an example made of a drawn code; `loss` is minus
    the bound, and `penalty`, what layers add. `encode`, calls and `predict` give $\mu$.

    Args:
        encoder: Keras layer or model with twice as many outputs as codes, without an activation at
            its end.
        decoder: Keras layer or model from codes to what is as large as the data, likewise.
        visible: unit type of the data. Default `"bernoulli"`.
        seed: integer seed of all draws. Default None: from Keras's global seed.

    Raises:
        ValueError: for an odd number of outputs, a decoder that gives another shape than the data
            has, or data that the visible units cannot have.

    Example:

    >>> encoder = keras.Sequential([keras.layers.Dense(200, "relu"), keras.layers.Dense(2 * 20)])
    >>> decoder = keras.Sequential([keras.layers.Dense(200, "relu"), keras.layers.Dense(784)])
    >>> vae = VariationalAutoencoder(encoder, decoder)
    >>> vae.compile(keras.optimizers.Adam(1e-3))
    >>> vae.fit(x, batch_size=100, epochs=20)
    >>> digits = vae.sample(num_samples=16)

    References: Kingma, Welling (2014), Auto-encoding variational Bayes. ICLR. Rezende, Mohamed,
    Wierstra (2014), Stochastic backpropagation and approximate inference in deep generative models.
    ICML.
    """

    bounds_likelihood = True
    objective = "minus a lower bound of the log-likelihood, in nats"

    def __init__(
        self,
        encoder: keras.layers.Layer,
        decoder: keras.layers.Layer,
        visible: str | units.Unit = "bernoulli",
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        if unexpected := {"corruption", "penalty", "loss"} & set(kwargs):
            raise ValueError(
                "VariationalAutoencoder learns by a bound of the likelihood alone. Received: "
                f"{', '.join(sorted(unexpected))}."
            )
        check_linear_end(
            encoder,
            "VariationalAutoencoder expects an encoder",
            "its outputs are means, and logarithms of variances",
        )
        super().__init__(encoder, decoder, visible, **kwargs)
        self.seed = backend.seed_number(seed, "VariationalAutoencoder")
        self.seed_generator = keras.random.SeedGenerator(seed)

    def _add_metrics(self):
        super()._add_metrics()
        self.bound = keras.metrics.Mean("lower_bound")
        self.divergence = keras.metrics.Mean("divergence")

    def _check_bottleneck(self, width):
        """Lets any code be: its distribution limits what it can carry."""

    def _code_shape(self, shape):
        *others, width = shape
        if width % 2:
            raise ValueError(
                "VariationalAutoencoder expects an encoder of twice as many outputs as codes: "
                f"means, and logarithms of variances. Received: {width} outputs."
            )
        return (*others, width // 2)

    def posterior(self, visible: ArrayLike) -> tuple[Tensor, Tensor]:
        r"""Returns $\mu$ and $\log \sigma^2$ of $q(z \mid x)$.

        Args:
            visible: array of rows, as `fit` takes them.

        Returns:
            Two tensors of shape `(batch, num_codes)`.
        """
        return self._posterior(self._asked(visible))

    def _posterior(self, visible, training=False):
        return ops.split(super()._codes(visible, training), 2, axis=-1)

    def _codes(self, inputs, training=False):
        return self._posterior(inputs, training)[0]

    def _drawn(self, mean, log_variance, seed):
        """Returns codes, and the noise that they were made of."""
        noise = backend.normal(ops.shape(mean), seed)
        return mean + ops.exp(log_variance / 2) * noise, noise

    def free_energy(self, visible: ArrayLike) -> Tensor:
        r"""Minus the bound, with one draw of each row: at least, on average, $-\log p(x)$.

        Args:
            visible: array of rows, as `fit` takes them.

        Returns:
            Tensor of shape `(batch,)`, in nats.
        """
        visible = self._asked(visible)
        _, losses, from_prior = self._terms(visible, visible, self.seed_generator)
        return losses + from_prior

    def log_weight(self, visible: ArrayLike) -> Tensor:
        r"""Returns $\log p(x, z) - \log q(z \mid x)$ of one draw $z \sim q$ of each row.

        The mean of its exponential over draws is $p(x)$, see
        `kerasdeep.likelihood.importance_log_likelihood`.

        Args:
            visible: array of rows, as `fit` takes them.

        Returns:
            Tensor of shape `(batch,)`, in nats.
        """
        visible = self._asked(visible)
        mean, log_variance = self._posterior(visible)
        code, noise = self._drawn(mean, log_variance, self.seed_generator)
        _, losses = self._reconstruction(visible, self._field(code))
        posterior = log_normal(noise) - ops.sum(flat(log_variance), axis=-1) / 2
        return log_normal(code) - posterior - losses

    def sample(self, num_samples: int = 16, mean: bool = False) -> Tensor:
        """Draws data: a code from the prior, data given the code.

        Args:
            num_samples: at least 1. Default 16.
            mean: whether to return means of the data given the code. Default False.

        Returns:
            Tensor of shape `(num_samples, ...)`.
        """
        backend.check_built(self)
        num_samples = backend.positive_integer(num_samples, "num_samples", "sample")
        return self._sampled(num_samples, mean, self.seed_generator)

    def _sampled(self, num_samples, mean, seed):
        code = backend.normal((num_samples, *self.output_shape[1:]), seed)
        field = self._field(code)
        return self.visible.mean(field) if mean else self.visible.sample(field, seed)

    def seed_chains(self, seed: int) -> None:
        """Makes `sample` draw what it drew after any other call with the same integer."""
        self.seed_generator.state.assign(keras.random.SeedGenerator(seed).state)

    def undirected_part(self, data: ArrayLike | None) -> tuple[None, ArrayLike | None]:
        """Returns None: its probabilities sum to 1 by themselves."""
        return None, data

    def endpoints(self) -> list[Endpoint]:
        return [*super().endpoints(), served.sample(self)]

    # Training.

    def own_metrics(self) -> list[keras.metrics.Metric]:
        return [self.reconstruction_error, self.bound, self.divergence, self.mean_penalty]

    def _reported_loss(self, logs):
        return logs["penalty"] - logs["lower_bound"]

    def _terms(self, visible, target, seed, training=False):
        """Returns means of data given a draw, what a row loses by it, and its divergence."""
        mean, log_variance = self._posterior(visible, training)
        code, _ = self._drawn(mean, log_variance, seed)
        field = self._field(code, training)
        return *self._reconstruction(target, field), divergence(mean, log_variance)

    def _objective(self, visible, weight, target, training=False):
        # Seeds of their own: what is measured leaves the draws of the training as they are.
        seed = self.seed_generator if training else StepSeeds(0, self.bound.count)
        made, losses, from_prior = self._terms(visible, target, seed, training)
        share = share_of(visible, weight)
        penalty = (added_losses(self.encoder) + added_losses(self.decoder)) * ops.ones_like(share)
        objective = ops.sum(share * (losses + from_prior + penalty))
        return objective, (made, losses, from_prior, penalty)

    def _report(self, visible, target, weight, made, losses, from_prior, penalty):
        self.reconstruction_error.update_state(squared_error(target, made), weight)
        self.bound.update_state(-(losses + from_prior), weight)
        self.divergence.update_state(from_prior, weight)
        self.mean_penalty.update_state(penalty, weight)
        if self._compile_metrics is not None:  # of what `reconstruct` gives
            made = self.visible.mean(self._field(self._codes(visible)))
            self._measure_users(target, made, weight)

    # Saving.

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        ours = {"corruption", "penalty", "loss"}
        return {k: v for k, v in config.items() if k not in ours} | {"seed": self.seed}


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    r"""Returns $\mathrm{KL}(\mathcal{N}(\mu, \sigma^2) \,\|\, \mathcal{N}(0, I))$, `(batch,)`."""
    variance = ops.exp(log_variance)
    return ops.sum(flat(ops.square(mean) + variance - 1 - log_variance), axis=-1) / 2


def log_normal(value: Tensor) -> Tensor:
    r"""Returns $\log \mathcal{N}(z; 0, I)$ of each row, shape `(batch,)`."""
    return -ops.sum(flat(ops.square(value) + math.log(2 * math.pi)), axis=-1) / 2
