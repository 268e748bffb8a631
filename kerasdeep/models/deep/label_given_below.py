r"""How a deep Boltzmann machine learns which label data has, beside how both are distributed.

The highest hidden layer, the one below it and the label units are an RBM. Given the lower one of
these layers the labels have exact probabilities, with the sum over all states of the higher one,

$$p(y \mid h^{\ell-1}) \propto \exp\Bigl(b_y + \sum_j \log\bigl(1 + e^{c_j + (W^\top h^{\ell-1})_j
+ U_{jy}}\bigr)\Bigr).$$

The lower one is inferred by mean field in which all labels are equally likely: where $U$ is large,
label units that are inferred as well settle on a class early, more often than not a wrong one, and
the layers below follow. Its sweeps are those of training, however many inference may have: what a
fixed point further on shows was not learned from.

The difference of mean field's free energies with and without the label is no log-probability where
mean field stops before its fixed point, or at one of several: it may be above 0, and grow.
"""

from typing import TYPE_CHECKING

from keras import ops

from kerasdeep import backend, units
from kerasdeep.backend.types import Tensor
from kerasdeep.energies.contrastive import centred
from kerasdeep.energies.dense import Dense
from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.energies.labelled import label_field, log_probability_of
from kerasdeep.energies.views import View

if TYPE_CHECKING:
    from kerasdeep.models.deep.dbm import DBM


def gradients_of_labels(
    dbm: "DBM", machine: Harmonium, visible: Tensor, label: Tensor, sample_weight: Tensor | None
) -> list[Tensor]:
    r"""Returns what gradient descent subtracts to raise $\log p(y \mid h^{\ell-1})$ of the rows.

    Args:
        dbm: a machine with label units; its weight `discriminative` counts.
        machine: a view of it, or itself, by which mean field gives $h^{\ell-1}$ of data alone.
        visible: data, shape `(batch, num_visible)`.
        label: numbers of classes, shape `(batch,)`; -1 where one is not known, which adds nothing.
        sample_weight: weights of these rows, shape `(batch,)`, or None.

    Returns:
        List of tensors, in the order of `dbm.energy_parameters`, centred as all of its gradients.
    """
    below = layer_below_the_highest(dbm, machine, visible)
    weight = 1.0 if sample_weight is None else sample_weight

    def objective():
        log_p = log_probability_of(label, field_of_labels(dbm, below))
        return -dbm.discriminative * backend.part_of_mean(weight * log_p)

    parameters = dbm.energy_parameters
    found = backend.gradients(objective, parameters)
    pairs = zip(found, parameters, strict=True)
    found = [ops.zeros_like(one) if slope is None else slope for slope, one in pairs]
    return centred(found, dbm, dbm.visible_offset, dbm.hidden_offset)


def layer_below_the_highest(dbm: "DBM", machine: Harmonium, visible: Tensor) -> Tensor:
    r"""Returns the means of $h^{\ell-1}$ given data, in training sweeps with labels alike.

    Args:
        dbm: a machine with label units.
        machine: a view of it, or itself.
        visible: data, shape `(batch, num_visible)`.

    Returns:
        Tensor of shape `(batch, size of the layer)`; of a machine of one hidden layer the data.
    """
    *kernels, of_labels = machine.connection.weights
    alike = ops.zeros_like(of_labels) + ops.mean(of_labels, axis=1, keepdims=True)
    machine = View.of(machine, connection=machine.connection.with_weights([*kernels, alike]))
    return dbm.connection.layers(*dbm._sides(machine, visible, dbm.training_sweeps))[-3]


def field_of_labels(dbm: "DBM", below: Tensor) -> Tensor:
    r"""Returns $\log p(y \mid h^{\ell-1})$ of all labels, up to a number a row, in nats.

    Args:
        dbm: a machine with label units.
        below: means of $h^{\ell-1}$, shape `(batch, size of the layer)`.

    Returns:
        Tensor of shape `(batch, num_classes)`.
    """
    return label_field(highest_rbm(dbm), below, dbm.num_classes)


def probabilities_of_labels(dbm: "DBM", visible: Tensor) -> Tensor:
    """Returns what the machine has learned of the labels of data, shape `(batch, num_classes)`."""
    return ops.softmax(field_of_labels(dbm, layer_below_the_highest(dbm, dbm, visible)))


def highest_rbm(dbm: "DBM") -> Harmonium:
    """Returns the RBM of the layer below the highest, label units beside it, and the highest."""
    (below, own, of_labels), kernels = dbm.biases[-3:], dbm.kernels
    lowest = dbm.data_unit if len(dbm.layer_sizes) == 1 else units.Bernoulli()
    parts = [(lowest, below.shape[0]), (units.Softmax(dbm.num_classes), dbm.num_classes)]
    kernel = ops.concatenate([kernels[-2], ops.transpose(kernels[-1])])
    return View(
        visible=units.Mixed(parts),
        hidden=units.Bernoulli(),
        connection=Dense(kernel, dbm.compute_dtype),
        visible_bias=ops.concatenate([below, of_labels]),
        hidden_bias=own,
        seed_generator=dbm.seed_generator,
    )
