r"""Chains of a labelled machine, each of which holds a class.

The gradient of $\log p(v \mid y)$ of labelled data has the model's side given $y$,

$$\nabla \log p(v \mid y) = \mathbb{E}_{h \mid v, y}[-\nabla E]
- \mathbb{E}_{v, h \mid y}[-\nabla E],$$

from chains whose label units never change, which is how drawings by label are made; each class
counts as often as the data has it.
"""

from typing import TYPE_CHECKING

from keras import ops

from kerasdeep import backend
from kerasdeep.backend.types import Tensor
from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.samplers import Particles, PersistentContrastiveDivergence

if TYPE_CHECKING:
    from kerasdeep.models.deep.dbm import DBM


def negative_phase_by_class(
    dbm: "DBM", machine: Harmonium, labels: Tensor, sample_weight: Tensor | None
) -> Particles:
    """Moves the chains of a machine's sampler, in turn one for each class.

    Args:
        dbm: a machine with label units, whose sampler it is.
        machine: a view of it, or itself.
        labels: what label units are on the data's side, shape `(batch, num_classes)`.
        sample_weight: weights of these rows, shape `(batch,)`, or None.

    Returns:
        `Particles`, whose weights make every class as frequent as it is in `labels`.

    Raises:
        ValueError: for a sampler without a chain for each class that lasts.
    """
    classes = backend.own_part(chain_classes(dbm))
    particles = dbm.sampler.negative_phase(dbm._given(machine, classes), None)
    if sample_weight is not None:
        labels = sample_weight[:, None] * labels
    held = ops.one_hot(classes, dbm.num_classes)
    shares = backend.mean_of_all_rows(labels) / backend.mean_of_all_rows(held)
    return particles._replace(weight=ops.take(shares, classes))


def chain_classes(dbm: "DBM") -> Tensor:
    """Returns which class each chain holds: 0, 1, ..., and again from 0."""
    sampler, number = dbm.sampler, getattr(dbm.sampler, "active_chains", 0)
    if not isinstance(sampler, PersistentContrastiveDivergence) or number < dbm.num_classes:
        chains = f" with {number} chains" if number else ""
        raise ValueError(
            f"chains_by_class needs chains that last, at least one for each of {dbm.num_classes} "
            f"classes: PersistentContrastiveDivergence(num_chains={10 * dbm.num_classes}) or fast "
            f"PCD. Received: {type(sampler).__name__}{chains}."
        )
    return ops.arange(number) % dbm.num_classes
