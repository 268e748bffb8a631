"""Drawing from models that may have label units."""

import keras
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.types import ArrayLike, Tensor
from kerasdeep.energies.gibbs import held_units
from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.energies.labelled import given_label
from kerasdeep.training.labels import classes_to_draw


class DrawsByLabel:
    """For a model with `num_classes`, None for one without label units.

    A subclass has `_draw(num_samples, steps, initial, mean, clamped, label)`, as of `sample` but
    with labels that were checked, a tensor or None.
    """

    num_classes: int | None = None

    def sample(
        self,
        num_samples: int = 16,
        steps: int = 1000,
        initial: ArrayLike | None = None,
        mean: bool = False,
        clamped: ArrayLike | None = None,
        labels: ArrayLike | None = None,
    ) -> Tensor:
        """Draws data: Gibbs sampling of all units, or, in a deep belief network, of its highest
        RBM, and then one pass down.

        Args:
            num_samples: number of chains, at least 1. Default 16. Ignored with `initial`, `labels`.
            steps: Gibbs steps of each chain, at least 1. Default 1000.
            initial: visible values to start from, one row a chain. Default None: from the biases
                alone.
            mean: whether to return visible means instead of a draw from them. Default False.
            clamped: which visible units keep their `initial` values, as of `RBM.sample`; a step of
                a deep belief network then goes up to the top and down again, upwards by what
                recognizes: with directed layers, about the distribution. Default None: no unit
                does.
            labels: number of a class for each sample, whose label units are held. Default None:
                labels are drawn too, where there are label units.

        Returns:
            Tensor of shape `(num_samples, num_visible)`.

        Raises:
            ValueError: for labels that are no classes or not as many as rows of `initial`, or a
                model without label units.
        """
        label = classes_to_draw(labels, self.num_classes)
        if label is not None and initial is not None and len(initial) != len(label):
            raise ValueError(
                "sample expects a label for each row of initial. Received: "
                f"{len(label)} labels and {len(initial)} rows."
            )
        return self._draw(num_samples, steps, initial, mean, clamped, label)


class DrawsBesideLabel(DrawsByLabel):
    """For a model with `joint`, an RBM of `num_visible` units of data and those of the label."""

    def seed_chains(self, seed: int) -> None:
        """Makes `sample` draw what it drew after any other call with the same integer."""
        self.joint.seed_chains(seed)

    def given(self, label: Tensor | None) -> Harmonium:
        """Returns the RBM of both, its label units held at numbers of classes, or free."""
        return given_label(self.joint, label, self.num_classes, "visible")

    def data_below(self, rows: Tensor, seed: keras.random.SeedGenerator) -> Tensor:
        """Returns the data among the visible units of the RBM of both."""
        return rows[:, : self.num_visible]

    def _draw(self, num_samples, steps, initial, mean, clamped, label):
        backend.check_built(self)
        if label is not None and initial is None and clamped is None:
            initial = ops.zeros((label.shape[0], self.num_visible))
        if initial is not None:
            initial = ops.cast(initial, "float32")
            clamped = self._held(held_units(clamped, initial.shape), label, len(initial))
            shown = ops.full((len(initial), self.num_classes), 1 / self.num_classes)
            if label is not None:
                shown = ops.one_hot(label, self.num_classes)
            initial = ops.concatenate([initial, shown], axis=1)
        return self.joint.sample(num_samples, steps, initial, mean, clamped)[:, : self.num_visible]

    def _held(self, held, label, num_rows):
        """Returns which units of the RBM of both are held, given which of the data are."""
        if held is None and label is None:
            return None
        held = ops.zeros((num_rows, self.num_visible), "bool") if held is None else held
        return ops.pad(held, [[0, 0], [0, self.num_classes]], constant_values=label is not None)
