"""Label units of a deep machine: the layer of a softmax group above all others."""

from keras import ops

from kerasdeep.backend.types import Tensor
from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.energies.views import View

# A class that cannot be has probability 0 in float32, whatever its field.
FORBIDDEN = -1e4


def given_label(
    machine: Harmonium, label: Tensor | None, num_classes: int | None, side: str
) -> Harmonium:
    """Returns the machine in which the labels of rows are known: no other class can be drawn.

    Args:
        machine: its label units are the last columns of a side.
        label: numbers of classes, shape `(batch,)`; -1 where a label is not known. None: of no row.
        num_classes: how many there are.
        side: `"visible"` or `"hidden"`.

    Returns:
        A view with biases of that side for each row, shape `(batch, number of units)`; for None the
        machine.
    """
    if label is None:
        return machine
    known = ops.cast(label >= 0, "float32")[:, None]
    forbidden = FORBIDDEN * known * (1 - ops.one_hot(label, num_classes))
    bias = getattr(machine, f"{side}_bias")
    others = bias.shape[-1] - num_classes
    return View.of(machine, **{f"{side}_bias": bias + ops.pad(forbidden, [[0, 0], [others, 0]])})


def label_field(machine: Harmonium, rows: Tensor, num_classes: int) -> Tensor:
    r"""Returns $-F(x, y)$ of all labels $y$, up to a number a row.

    Args:
        machine: an RBM whose last visible units are the label units.
        rows: values of the other visible units, shape `(batch, num_units)`.
        num_classes: how many label units there are.

    Returns:
        Tensor of shape `(batch, num_classes)`, in nats.
    """
    others = rows.shape[-1]
    kernel = ops.convert_to_tensor(machine.connection.weights[0])
    no_label = ops.pad(ops.cast(rows, "float32"), [[0, 0], [0, num_classes]])
    fields = machine.hidden_field(no_label)[:, None, :] + kernel[others:]
    return machine.visible_bias[others:] + machine.hidden.log_partition(fields)


def log_probability_of(label: Tensor, label_field: Tensor) -> Tensor:
    r"""Returns $\log p(y \mid x)$ of labels, shape `(batch,)`, 0 where a label is not known.

    Args:
        label: numbers of classes, shape `(batch,)`; -1 where a label is not known.
        label_field: what `label_field` returned.
    """
    target = ops.one_hot(label, label_field.shape[-1])
    return ops.sum(target * ops.log_softmax(label_field), axis=1)


def free_energy_of_rows(machine: Harmonium, rows: Tensor, label_field: Tensor) -> Tensor:
    r"""Returns $F(x) = -\log \sum_{y, h} e^{-E(x, y, h)}$, shape `(batch,)`, in nats.

    Args:
        machine, rows: as of `label_field`.
        label_field: what it returned.
    """
    (unit, _), *_ = machine.visible.parts(machine.visible_bias.shape[0])
    own = unit.energy(rows, machine.visible_bias[: rows.shape[-1]])
    constant = machine.hidden.bias_energy(machine.hidden_bias)
    return own + constant - ops.logsumexp(label_field, axis=-1)
