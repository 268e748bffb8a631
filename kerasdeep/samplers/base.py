r"""Samplers: where the negative particles of a Boltzmann machine come from.

The gradient of the log-likelihood of an energy model is a difference of two averages,

$$\nabla \log p(v) = \mathbb{E}_{h \mid v}[-\nabla E(v, h)]
- \mathbb{E}_{v', h'}[-\nabla E(v', h')],$$

and a sampler supplies the particles $v', h'$ of the second one, the *negative phase*. It is chosen
in `compile`, as an optimizer is. The model owns the random numbers; a sampler owns its chains.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import keras

from kerasdeep.backend import positive_integer
from kerasdeep.backend.types import Tensor
from kerasdeep.energies.harmonium import Harmonium


class Particles(NamedTuple):
    """What a negative phase returns.

    Attributes:
        visible: values of the visible units, shape `(num_particles, num_visible)`.
        hidden: means of the hidden units given `visible`, shape `(num_particles, num_hidden)`.
        weight: weight of each particle in the average, shape `(num_particles,)`; or None, where
            all count alike.
    """

    visible: Tensor
    hidden: Tensor
    weight: Tensor | None = None


class Sampler(keras.layers.Layer):
    """Base class of the samplers. A Keras layer, so that its chains are saved with the model.

    Args:
        steps: number of full Gibbs steps a training step, at least 1. Default 1.

    Raises:
        ValueError: if `steps` is not a positive integer.
    """

    # Identity of the model that the chains belong to.
    owner = None

    def __init__(self, steps: int = 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.steps = positive_integer(steps, "steps", type(self).__name__)

    def build(
        self, kernel_shape: tuple[int, int], weight_shapes: Sequence[Sequence[int]] | None = None
    ) -> None:
        """Makes the chains of a machine.

        Args:
            kernel_shape: `(num_visible, num_hidden)`.
            weight_shapes: shapes of the weights of its connection. Default None: one kernel.
        """
        self.built = True

    def initialize(self, machine: Harmonium) -> None:
        """Looks at a machine whose visible biases were just set from the means of its data."""

    def start_from(self, hidden: Tensor) -> None:
        """Starts chains, where there are lasting ones, at hidden values.

        Args:
            hidden: values or means, one row each; they are taken in turn.
        """

    def negative_phase(
        self, machine: Harmonium, field: Tensor, sample_weight: Tensor | None = None
    ) -> Particles:
        """Draws the negative particles of one training step.

        Args:
            machine: a `kerasdeep.energies.harmonium.Harmonium`.
            field: field of the hidden units given the data, shape `(batch, num_hidden)`.
            sample_weight: None, or one weight an example, shape `(batch,)`.

        Returns:
            `Particles`.
        """
        raise NotImplementedError

    def observe(self, gradients: list[Tensor]) -> None:
        """Looks at the gradients that a training step applied, in the order of the parameters."""

    def change(self, **numbers: int) -> None:
        """Changes attributes such as `steps`; used by `kerasdeep.callbacks.SamplerSchedule`.

        Raises:
            ValueError: for a name that the sampler does not have, or a number below 1.
        """
        for name, number in numbers.items():
            if not hasattr(self, name):
                raise ValueError(f"{type(self).__name__} has no {name}. Received: {name}={number}.")
            setattr(self, name, positive_integer(number, name, type(self).__name__))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "steps": self.steps}
