"""Layers that start as the one below them, turned over."""

import keras
import numpy as np
from keras import ops

from kerasdeep.models.boltzmann import RBM

FURTHER_UNITS = 0.01


class TransposedStart:
    r"""For a greedy stack of RBMs, where the layers above the lowest may start from their weights.

    An RBM whose visible units are the hidden units of the one below it, and whose hidden units are
    that one's visible units, with its kernel transposed, has the same distribution: the network is
    as good a model of the data as before, and its bound rises as the upper layer learns. Hidden
    units beyond that start with small random weights.

    Attributes:
        transposed: whether layers start so, where they have hidden units enough.

    Reference: Hinton, Osindero, Teh (2006), A fast learning algorithm for deep belief nets, section
    4. Neural Computation 18.
    """

    transposed = False

    def start_layer(self, number: int, rows: np.ndarray | None) -> list[keras.callbacks.Callback]:
        turned = self._starts_turned_over(number)
        callbacks = super().start_layer(number, rows)
        if turned:
            lower, upper = self.stack[number - 1 : number + 1]
            turn_over(lower, upper)
            if rows is not None:
                values = self.layer_input(number, self.propagate(rows, number), None)
                hidden = upper.hidden_mean(values)
                upper.sampler.start_from(hidden)
                if upper.centering:
                    upper.hidden_offset.assign(upper.hidden.statistic(ops.mean(hidden, axis=0)))
        return callbacks

    def _starts_turned_over(self, number):
        """Returns whether a layer does, which none does that has biases already."""
        if not self.transposed or not 0 < number < len(self.stack):
            return False
        lower, upper = self.stack[number - 1 : number + 1]
        return fits(lower, upper) and not ops.any(upper.visible_bias != 0)


def fits(lower: RBM, upper: RBM) -> bool:
    """Returns whether an RBM has a hidden unit for every visible one of that below it."""
    same = type(lower.visible) is type(upper.hidden)
    return same and lower.kernel.shape[0] <= upper.kernel.shape[1]


def turn_over(lower: RBM, upper: RBM) -> None:
    """Starts an RBM as the one below it with its sides exchanged.

    Args:
        lower: a built RBM, whose hidden units are the first visible units of the upper one.
        upper: a built RBM that `fits`.
    """
    size, width = lower.kernel.shape
    kernel = ops.convert_to_numpy(upper.kernel)
    kernel = kernel * (FURTHER_UNITS / kernel.std())
    kernel[:width, :size] = ops.transpose(lower.kernel)
    upper.kernel.assign(kernel)
    biases = (upper.visible_bias, lower.hidden_bias), (upper.hidden_bias, lower.visible_bias)
    for bias, shown in biases:
        start = ops.convert_to_numpy(bias).copy()
        start[: shown.shape[0]] = shown
        bias.assign(start)
