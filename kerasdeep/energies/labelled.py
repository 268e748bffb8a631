"""Label units of a deep machine: the layer of a softmax group above all others."""

from keras import ops

from kerasdeep.backend.types import Tensor
from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.energies.views import View

# A class that cannot be has probability 0 in float32, whatever its field.
FORBIDDEN = -1e4


def given_label(machine: Harmonium, label: Tensor, num_classes: int) -> View:
    """Returns the machine in which the labels of rows are known: no other class can be drawn.

    Args:
        machine: its label units are the last columns of the side that the highest layer is on.
        label: numbers of classes, shape `(batch,)`; -1 where a label is not known.
        num_classes: how many there are.

    Returns:
        A view with biases of that side for each row, shape `(batch, number of units)`.
    """
    known = ops.cast(label >= 0, "float32")[:, None]
    forbidden = FORBIDDEN * known * (1 - ops.one_hot(label, num_classes))
    side = "hidden_bias" if len(machine.connection.weights) % 2 else "visible_bias"
    bias = getattr(machine, side)
    others = bias.shape[-1] - num_classes
    return View.of(machine, **{side: bias + ops.pad(forbidden, [[0, 0], [others, 0]])})
