"""Drawing from a trained RBM, all of it or some units given others."""

import functools
import math
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.types import ArrayLike, Tensor

# With as many weights, a program of XLA's gains more than the second that it takes to make.
MANY_WEIGHTS = 100_000


class GibbsSampling:
    """Gives a `Harmonium` that is a Keras model its chains."""

    def seed_chains(self, seed: int) -> None:
        """Makes `sample` draw what it drew after any other call with the same integer."""
        self.seed_generator.state.assign(keras.random.SeedGenerator(seed).state)

    def sample(
        self,
        num_samples: int = 16,
        steps: int = 1000,
        initial: ArrayLike | None = None,
        mean: bool = False,
        clamped: ArrayLike | None = None,
    ) -> Tensor:
        """Draws from the model by Gibbs sampling, one chain a sample.

        Args:
            num_samples: number of chains, at least 1. Default 16. Ignored with `initial`.
            steps: Gibbs steps of each chain, at least 1. Default 1000.
            initial: visible values to start from, one row a chain. Default None: from the visible
                biases alone.
            mean: whether to return the means of the last step's visible units instead of values
                drawn from them; smoother to look at. Default False.
            clamped: which visible units keep their `initial` values while the others are drawn
                given them: booleans of shape `(num_visible,)`, or `(num_samples, num_visible)` for
                each chain its own. Default None: no unit does.

        Returns:
            Tensor of shape `(num_samples, num_visible)`.

        Example:

        >>> upper = np.arange(784) < 392
        >>> rbm.sample(initial=images, clamped=upper)    # what may be the lower half
        """
        return self._sample(num_samples, steps, initial, mean, clamped)

    def _sample(self, num_samples, steps, initial, mean, clamped, label=None):
        num_samples = backend.positive_integer(num_samples, "num_samples", "sample")
        steps = backend.positive_integer(steps, "steps", "sample")
        backend.check_built(self)
        if initial is None:
            if clamped is not None:
                raise ValueError(
                    "sample holds units at initial values. Received: clamped, no initial."
                )
            shape = num_samples, *self.visible_bias.shape
            return self._drawn(shape, None, steps, mean, label=label)
        initial = self.visible_side(initial)
        held = held_units(clamped, initial.shape)
        return self._drawn(initial.shape, initial, steps, mean, held, label)

    def continued(self, data: ArrayLike, steps: int) -> Tensor:
        """Returns values of all visible units after so many Gibbs steps from rows of data."""
        initial = self.visible_side(data)
        return self._drawn(initial.shape, initial, steps, mean=False)

    def _drawn(self, shape, initial, steps, mean, held=None, label=None):
        """Returns visible values or means of a shape, after so many steps, given labels or none."""
        machine = self.of_shape(shape[1:]).given(label)
        if initial is None:
            # From zero hidden values visible ones are drawn from their biases alone.
            hidden = ops.zeros_like(machine.hidden_field(ops.zeros(shape)))
        else:
            hidden = machine.hidden.sample(machine.hidden_field(initial), self.seed_generator)
        steps = ops.convert_to_tensor(steps - 1)
        # A plain tuple: for every new object of another kind the program would be made anew.
        row_shape = tuple(shape[1:])
        run = self.program(_run_chain, row_shape, (shape[0], held is None, label is None))
        hidden = run(hidden, steps, held, initial, row_shape, label)
        field = machine.visible_field(hidden)
        if mean:
            drawn = machine.visible.mean(field)
        else:
            drawn = machine.visible.sample(field, self.seed_generator)
        return drawn if held is None else ops.where(held, initial, drawn)

    def program(
        self,
        function: Callable[..., Any],
        row_shape: tuple[int, ...] | None = None,
        arguments: tuple[Any, ...] = (),
    ) -> Callable[..., Any]:
        """Returns a function of this machine and more as a compiled program, which is made once.

        Args:
            function: called with the machine and what the program is called with.
            row_shape: shape of a row of visible values, where the program is a loop of many steps:
                XLA makes it if products are large and no convolutions, and if the machine is on one
                device, as its programs are. Default None: TensorFlow does.
            arguments: what tells calls apart that need programs of their own. Default: nothing.
        """
        num_weights = sum(math.prod(weight.shape) for weight in self.connection.weights)
        large = row_shape is not None and len(row_shape) == 1 and num_weights >= MANY_WEIGHTS
        by_xla = large and not backend.distributed(self)
        key = function, by_xla, arguments
        if key not in self._programs:
            make = backend.compiled_by_xla if by_xla else backend.compiled
            self._programs[key] = make(functools.partial(function, self))
        return self._programs[key]

    @functools.cached_property
    def _programs(self):
        return {}


def _run_chain(machine, hidden, steps, held, initial, row_shape, label):
    seed = machine.seed_generator
    machine = machine.of_shape(row_shape).given(label)

    def step(_, hidden):
        visible, field = machine.gibbs_step(hidden)
        if held is not None:
            field = machine.hidden_field(ops.where(held, initial, visible))
        return machine.hidden.sample(field, seed)

    return ops.fori_loop(0, steps, step, hidden)


def held_units(clamped: ArrayLike | None, shape: tuple[int, ...]) -> Tensor | None:
    """Returns which units of which chain are held, booleans of the shape of the initial values.

    Args:
        clamped: booleans of the shape of a row, or of all; or None for none.
        shape: shape of the initial values.

    Raises:
        ValueError: for anything else.
    """
    if clamped is None:
        return None
    clamped = np.asarray(clamped)
    if clamped.dtype != bool or clamped.shape not in (shape[1:], shape):
        raise ValueError(
            f"sample expects clamped to be booleans of shape {tuple(shape[1:])}, or of that of "
            f"initial. Received: {clamped.dtype} of shape {clamped.shape}."
        )
    return ops.convert_to_tensor(np.broadcast_to(clamped, shape))
