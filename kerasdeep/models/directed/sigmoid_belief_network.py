"""The sigmoid belief network: every layer is drawn from the one above, and wake-sleep learns it."""

import itertools
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasdeep import backend, units
from kerasdeep.backend.random_state import SavedRandomState
from kerasdeep.backend.registration import register, serialized
from kerasdeep.backend.seeds import StepSeeds
from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.energies.conditional import Conditional
from kerasdeep.energies.contrastive import along, share_of, total
from kerasdeep.energies.dense import Dense
from kerasdeep.energies.directed import DirectedLayers
from kerasdeep.models.boltzmann import served
from kerasdeep.training.endpoints import Endpoint
from kerasdeep.training.model import TrainedModel
from kerasdeep.training.top_means import TopMeans


@register
class SigmoidBeliefNetwork(SavedRandomState, TopMeans, TrainedModel):
    r"""Sigmoid belief network: binary layers, each drawn given the one above it,

    $$p(v, h^1, \dots, h^n) = p(h^n) \prod_{i < n} p(h^i \mid h^{i+1}), \qquad
    p(h^i_j = 1 \mid h^{i+1}) = \sigma\bigl(b^i_j + \textstyle\sum_k W^{i+1}_{jk} h^{i+1}_k\bigr),$$

    with $h^0 = v$ and independent units at the top. What hidden units did, given data, cannot be
    said exactly: a recognition network with weights of its own, $q(h^{i+1} \mid h^i)$, goes up.
    Both learn by wake-sleep. Awake, layers are drawn above data from $q$, and the generative
    weights learn to draw each from the one above it; asleep, layers are drawn from the top down,
    and the recognition weights learn to say what each came from.

    `fit` and `evaluate` report `reconstruction_error` (squared error an example, means passed up
    and down) and `lower_bound`, an estimate of $\mathbb{E}_q[\log p(v, h) - \log q(h \mid v)] \leq
    \log p(v)$ from one draw of each row, in nats; `loss` is minus that. Calling the model and
    `predict` give the means of the top layer.

    Args:
        layers: list with the number of hidden units of each layer from the bottom up, at least one.
        visible: unit type of the data. Default `"bernoulli"`.
        seed: integer seed of initial weights and of all draws. Default None.

    Attributes:
        kernels: list of $W^i$, shape `(size of layer i - 1, size of layer i)`.
        recognition_kernels: those of the recognition network, of the same shapes.
        biases: list of $b^i$, from the data up.

    Raises:
        ValueError: for arguments out of range, or data that the visible units cannot have.

    Example:

    >>> network = SigmoidBeliefNetwork([200, 50])
    >>> network.compile(keras.optimizers.Adam(1e-3))
    >>> network.fit(x, batch_size=100, epochs=20)
    >>> digits = network.sample(num_samples=16)

    References: Neal (1992), Connectionist learning of belief networks. Artificial Intelligence 56.
    Hinton, Dayan, Frey, Neal (1995), The wake-sleep algorithm for unsupervised neural networks.
    Science 268.
    """

    bounds_likelihood = True
    objective = "minus a lower bound of the log-likelihood, in nats"

    def __init__(
        self,
        layers: Sequence[int],
        visible: str | units.Unit = "bernoulli",
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        name = type(self).__name__
        backend.check_layers(layers, name)
        self.layer_sizes = [backend.positive_integer(size, "layers", name) for size in layers]
        self.visible = units.copy_of(visible)
        self.hidden = units.Bernoulli()
        self.seed = backend.seed_number(seed, name)
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.reconstruction_error = keras.metrics.Mean("reconstruction_error")
        self.bound = keras.metrics.Mean("lower_bound")

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if self.built:
            return
        num_visible = input_shape[-1]
        self.visible.check_width(num_visible)
        self._check_all_known(self.visible, num_visible)
        self.input_spec = keras.layers.InputSpec(ndim=2, axes={-1: num_visible})
        sizes = [num_visible, *self.layer_sizes]
        shapes = list(itertools.pairwise(sizes))
        self.kernels = [self._add_kernel("kernel", *one) for one in enumerate(shapes)]
        self.biases = [self._add_bias(f"bias_{number}", size) for number, size in enumerate(sizes)]
        self.recognition_kernels = [
            self._add_kernel("recognition_kernel", *one) for one in enumerate(shapes)
        ]
        self.recognition_biases = [
            self._add_bias(f"recognition_bias_{number + 1}", size)
            for number, size in enumerate(self.layer_sizes)
        ]
        self.built = True
        self._build_training()

    def _add_kernel(self, name, number, shape):
        seed = None if self.seed is None else self.seed + number
        normal = keras.initializers.RandomNormal(stddev=0.01, seed=seed)
        return self.add_weight(name=f"{name}_{number + 1}", shape=shape, initializer=normal)

    def _add_bias(self, name, size):
        return self.add_weight(name=name, shape=(size,), initializer="zeros")

    def _start_biases(self, rows):
        if not ops.any(self.biases[0] != 0):
            mean = ops.mean(ops.cast(rows, "float32"), axis=0)
            self.biases[0].assign(self.visible.bias_from_mean(mean))

    @property
    def row_shape(self) -> tuple[int | None, ...]:
        return (self.kernels[0].shape[0],)

    def directed(self) -> DirectedLayers:
        """Returns the conditional distributions of both directions."""
        backend.check_built(self)
        types = [self.visible, *[self.hidden] * len(self.layer_sizes)]
        generative, recognition = [], []
        for number, (lower, upper) in enumerate(itertools.pairwise(types)):
            down, up = Dense(self.kernels[number]), Dense(self.recognition_kernels[number])
            generative.append(Conditional(lower, upper, down, self.biases[number], upward=False))
            bias = self.recognition_biases[number]
            recognition.append(Conditional(upper, lower, up, bias, upward=True))
        return DirectedLayers(generative, recognition, self.seed_generator)

    def log_prior(self, top: Tensor) -> Tensor:
        r"""Returns $\log p(h^n)$ of values of the top layer, shape `(batch,)`, in nats."""
        bias = ops.convert_to_tensor(self.biases[-1])
        linear = ops.sum(ops.cast(top, "float32") * bias, axis=-1)
        return linear - self.hidden.log_partition(bias)

    def undirected_part(self, data: ArrayLike | None) -> tuple[None, ArrayLike | None]:
        """Returns None: its probabilities sum to 1 by themselves."""
        return None, data

    # What a user asks of a trained model.

    def sample(self, num_samples: int = 16, mean: bool = False) -> Tensor:
        """Draws data from the top down, exactly: no chain has to mix.

        Args:
            num_samples: at least 1. Default 16.
            mean: whether to return means of the data given the layer above. Default False.

        Returns:
            Tensor of shape `(num_samples, num_visible)`.
        """
        num_samples = backend.positive_integer(num_samples, "num_samples", "sample")
        return self._drawn(self.directed(), num_samples, mean)

    def _drawn(self, directed, num_samples, mean):
        field = ops.repeat(ops.convert_to_tensor(self.biases[-1])[None], num_samples, axis=0)
        layers = directed.down(self.hidden.sample(field, directed.seed))
        return directed.generative[0].mean(layers[1]) if mean else layers[0]

    def seed_chains(self, seed: int) -> None:
        """Makes `sample` draw what it drew after any other call with the same integer."""
        self.seed_generator.state.assign(keras.random.SeedGenerator(seed).state)

    def infer(self, visible: ArrayLike) -> list[Tensor]:
        """Returns the means of every hidden layer, as the recognition network passes them up.

        Args:
            visible: array of shape `(batch, num_visible)`.

        Returns:
            List of tensors of shape `(batch, size of the layer)`, from the bottom up.
        """
        return self.directed().means(self._asked(visible))[1:]

    def reconstruct(self, visible: ArrayLike) -> Tensor:
        """Returns means passed up by the recognition network and down again.

        Args:
            visible: array of shape `(batch, num_visible)`.

        Returns:
            Tensor of the same shape.
        """
        return self.directed().mean_down(self.infer(visible)[-1])

    def free_energy(self, visible: ArrayLike) -> Tensor:
        r"""Minus $\log p(v, h) - \log q(h \mid v)$ of one draw $h \sim q$: at least, on average,

        $-\log p(v)$; see `kerasdeep.likelihood.lower_bound`.

        Args:
            visible: array of shape `(batch, num_visible)`.

        Returns:
            Tensor of shape `(batch,)`, in nats.
        """
        return -self._bound(self.directed(), self._asked(visible))

    def _bound(self, directed, visible):
        layers = directed.up(visible)
        return directed.log_ratio(layers) + self.log_prior(layers[-1])

    def _top_means(self, inputs):
        return self.directed().in_precision(self.compute_dtype).mean_up(inputs)

    def _unused(self):
        return [*self.kernels, *self.biases]

    def endpoints(self) -> list[Endpoint]:
        return [
            served.transform(self),
            served.infer(self),
            served.reconstruct(self),
            served.ancestral(self),
        ]

    # Training.

    def own_metrics(self) -> list[keras.metrics.Metric]:
        return [self.reconstruction_error, self.bound]

    def _reported_loss(self, logs):
        return -logs["lower_bound"]

    def learned_variables(self) -> list[keras.Variable]:
        directed = self.directed()
        return [*directed.generative_parameters, self.biases[-1], *directed.recognition_parameters]

    def _update(self, visible, weight):
        directed = self.directed().in_precision(self.compute_dtype)
        awake = directed.up(visible)
        prior = ops.convert_to_tensor(self.biases[-1])[None] + ops.zeros_like(awake[-1])
        asleep = directed.down(self.hidden.sample(prior, self.seed_generator))
        error = self.hidden.mean(prior) - awake[-1]
        share = along(share_of(visible, weight), error)
        dreams = None
        if weight is not None:  # dreams count in all as much as the data
            dreams = ops.ones_like(weight) * backend.mean_of_all_rows(weight)
        gradients = [
            *directed.wake(awake, weight),
            total(share * error),
            *directed.sleep(asleep, dreams),
        ]
        self._apply(gradients, self.learned_variables())

    def _measure(self, visible, weight):
        directed = self.directed()
        mean = directed.mean_down(directed.mean_up(visible))
        error = ops.sum(ops.square(visible - mean), axis=-1)
        self.reconstruction_error.update_state(error, weight)
        # Seeds of their own: what is measured leaves the draws of the training as they are.
        bound = self._bound(directed._replace(seed=StepSeeds(0, 0)), visible)
        self.bound.update_state(bound, weight)
        self._measure_users(visible, mean, weight)

    # Saving.

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "layers": self.layer_sizes,
            "visible": serialized(self.visible),
            "seed": self.seed,
        }
