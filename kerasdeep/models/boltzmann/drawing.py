"""Drawing from models that may have label units."""

from kerasdeep.backend.types import ArrayLike, Tensor
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
                a deep belief network then goes up to the top and down again. Default None: no
                unit does.
            labels: number of a class for each sample, whose label units are held. Default None:
                labels are drawn too, where there are label units.

        Returns:
            Tensor of shape `(num_samples, num_visible)`.

        Raises:
            ValueError: for labels that are no classes, or a model without label units.
        """
        label = classes_to_draw(labels, self.num_classes)
        return self._draw(num_samples, steps, initial, mean, clamped, label)
