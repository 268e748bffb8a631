"""Drawing from a trained RBM, all of it or some units given others."""

import functools

import keras
import numpy as np
from keras import ops

from kerasdeep import backend


class GibbsSampling:
    """Gives a `Harmonium` that is a Keras model its chains."""

    def seed_chains(self, seed):
        """Makes `sample` draw what it drew after any other call with the same integer."""
        self.seed_generator.state.assign(keras.random.SeedGenerator(seed).state)

    def sample(self, num_samples=16, steps=1000, initial=None, mean=False, clamped=None):
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
        num_samples = backend.positive_integer(num_samples, "num_samples", "sample")
        steps = backend.positive_integer(steps, "steps", "sample")
        backend.check_built(self)
        held = self._held(clamped, initial)
        if initial is None:
            hidden = ops.zeros((num_samples, self.num_hidden))
        else:
            initial = self._rows(initial)
            hidden = self.hidden.sample(self.hidden_field(initial), self.seed_generator)
        hidden = self._compiled_chain(hidden, ops.convert_to_tensor(steps - 1), held, initial)
        field = self.visible_field(hidden)
        drawn = (
            self.visible.mean(field) if mean else self.visible.sample(field, self.seed_generator)
        )
        return drawn if held is None else ops.where(held, initial, drawn)

    def _held(self, clamped, initial):
        if clamped is None:
            return None
        if initial is None:
            raise ValueError("sample holds units at initial values. Received: clamped, no initial.")
        num_visible, clamped = self.kernel.shape[0], np.asarray(clamped)
        if clamped.dtype != bool or clamped.shape not in ((num_visible,), np.shape(initial)):
            raise ValueError(
                f"sample expects clamped to be booleans of shape ({num_visible},), or of that of "
                f"initial. Received: {clamped.dtype} of shape {clamped.shape}."
            )
        return ops.convert_to_tensor(clamped)

    @functools.cached_property
    def _compiled_chain(self):
        return backend.compiled(self._run_chain)

    def _run_chain(self, hidden, steps, held, initial):
        def step(_, hidden):
            visible, field = self.gibbs_step(hidden)
            if held is not None:
                field = self.hidden_field(ops.where(held, initial, visible))
            return self.hidden.sample(field, self.seed_generator)

        return ops.fori_loop(0, steps, step, hidden)
