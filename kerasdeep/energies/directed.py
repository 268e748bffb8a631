r"""Layers that are drawn from the top down, and a recognition model that goes up.

$$p(h^0, \dots, h^n) = p(h^n) \prod_{i < n} p(h^i \mid h^{i+1}), \qquad
q(h^1, \dots, h^n \mid h^0) = \prod_{i < n} q(h^{i+1} \mid h^i).$$
"""

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import keras
from keras import ops

from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.energies.conditional import Conditional
from kerasdeep.energies.harmonium import Harmonium


class DirectedLayers(NamedTuple):
    r"""All layers but the law of the highest, $p(h^n)$, which is the model's own matter.

    Attributes:
        generative: $p(h^i \mid h^{i+1})$ of the layers from the data up.
        recognition: $q(h^{i+1} \mid h^i)$, likewise.
        seed: where random numbers come from.
    """

    generative: Sequence[Conditional]
    recognition: Sequence[Conditional]
    seed: keras.random.SeedGenerator

    def in_precision(self, dtype: str) -> "DirectedLayers":
        """Returns the same with products of values in a type."""
        both = ([one.in_precision(dtype) for one in part] for part in self[:2])
        return DirectedLayers(*both, self.seed)

    def up(self, data: Tensor) -> list[Tensor]:
        """Draws the layers above data from the recognition model; returns all, the data first."""
        layers = [data]
        for conditional in self.recognition:
            layers.append(conditional.sample(layers[-1], self.seed))
        return layers

    def straight_through(self, layers: Sequence[Tensor]) -> Tensor:
        """Returns the highest of layers that were drawn by `up`, with the gradient of its mean.

        What is drawn does not change smoothly with weights: its derivative is taken to be that of
        the mean given the layer below, drawn as well.

        Args:
            layers: what `up` returned.

        Reference: Bengio, Léonard, Courville (2013), Estimating or propagating gradients through
        stochastic neurons for conditional computation. arXiv:1308.3432.
        """
        values, *drawn = layers
        for conditional, above in zip(self.recognition, drawn, strict=True):
            mean = conditional.mean(values)
            values = mean + ops.stop_gradient(above - mean)
        return values

    def means(self, data: Tensor) -> list[Tensor]:
        """Returns data and the means of all layers above it, where means are passed up."""
        layers = [data]
        for conditional in self.recognition:
            layers.append(conditional.mean(layers[-1]))
        return layers

    def mean_up(self, data: Tensor) -> Tensor:
        """Returns the means of the highest layer, likewise."""
        return self.means(data)[-1]

    def down(self, top: Tensor) -> list[Tensor]:
        """Draws the layers below the highest one; returns all, the data first."""
        layers = [top]
        for conditional in reversed(self.generative):
            layers.insert(0, conditional.sample(layers[0], self.seed))
        return layers

    def mean_down(self, top: Tensor) -> Tensor:
        """Returns the means of the data, where means are passed down."""
        for conditional in reversed(self.generative):
            top = conditional.mean(top)
        return top

    def wake(self, layers: Sequence[Tensor], weight: Tensor | None = None) -> list[Tensor]:
        r"""Returns the gradient of $-\sum_i \log p(h^i \mid h^{i+1})$ by the generative weights.

        Args:
            layers: values that the recognition model drew above data.
            weight: weights of the rows, or None.
        """
        return [
            gradient
            for number, conditional in enumerate(self.generative)
            for gradient in conditional.gradient(layers[number], layers[number + 1], weight)
        ]

    def sleep(self, layers: Sequence[Tensor], weight: Tensor | None = None) -> list[Tensor]:
        r"""Returns the gradient of $-\sum_i \log q(h^{i+1} \mid h^i)$ by the recognition weights.

        Args:
            layers: values that the generative model drew below a top.
            weight: weights of the rows, or None.
        """
        return [
            gradient
            for number, conditional in enumerate(self.recognition)
            for gradient in conditional.gradient(layers[number + 1], layers[number], weight)
        ]

    def log_ratio(self, layers: Sequence[Tensor]) -> Tensor:
        r"""Returns $\sum_i \log p(h^i \mid h^{i+1}) - \log q(h^{i+1} \mid h^i)$, shape `(batch,)`.

        With $\log p(h^n)$ added it is, over layers that the recognition model drew, a lower bound
        of the log-likelihood on average.
        """
        total = 0.0
        for number, (lower, upper) in enumerate(itertools.pairwise(layers)):
            total += self.generative[number].log_probability(lower, upper)
            total -= self.recognition[number].log_probability(upper, lower)
        return total

    @property
    def generative_parameters(self) -> list[Tensor]:
        """What the wake phase changes, in its order."""
        return [weight for one in self.generative for weight in one.parameters]

    @property
    def recognition_parameters(self) -> list[Tensor]:
        """What the sleep phase changes, in its order."""
        return [weight for one in self.recognition for weight in one.parameters]


class DirectedModel(Protocol):
    """What has directed layers below a highest one."""

    def directed(self) -> DirectedLayers:
        """Returns the conditional distributions of both directions."""

    def log_prior(self, top: Tensor) -> Tensor:
        """Returns the log-probability of values of the highest layer, but for the partition."""

    def undirected_part(self, data: ArrayLike | None) -> tuple[Harmonium | None, Any]:
        """Returns the machine with that partition function, None for none, and its data."""
