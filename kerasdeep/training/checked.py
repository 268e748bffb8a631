"""Which data a model takes, and the checks of it within a compiled step."""

from math import inf

import numpy as np
from keras import ops

from kerasdeep import backend
from kerasdeep.training import data
from kerasdeep.training.measured import MeasuredModel
from kerasdeep.units.base import Unit


class CheckedModel(MeasuredModel):
    """Base class of models that look at their data before they learn from it."""

    # What a model answers of itself; others answer otherwise.
    num_classes = None
    expected_rank = 2  # None: of any rank

    @property
    def visible_unit(self) -> Unit:
        """Unit type of the data."""
        return self.visible

    @property
    def row_shape(self) -> tuple[int | None, ...]:
        """Shape of one row of data, None where any size will do."""
        return (self.kernel.shape[0],)

    def check_rows(self, rows: np.ndarray, num_visible: int | None = None) -> None:
        """Raises a ValueError for data that the visible units cannot have.

        Args:
            rows: NumPy array.
            num_visible: expected number of columns. Default None: any.
        """
        data.check_rows(rows, self, num_visible)

    def _asked(self, visible):
        """Returns rows that a user asks about as float32, of the shape of those it was built for.

        Raises:
            ValueError: for other rows, or a model without weights.
        """
        backend.check_built(self)
        visible = ops.cast(visible, "float32")
        data.check_shape(visible, self, self.row_shape[-1])
        return visible

    def _check_all_known(self, unit, num_visible):
        """Raises a ValueError for units that may be missing, in a model that needs all data."""
        if unit.observed(ops.zeros((1, num_visible))) is not None:
            raise ValueError(
                f"{type(self).__name__} expects data that is all known. Received: visible units "
                "that may be missing. Use RBM, or units without missing=True."
            )

    def _checked(self, visible):
        """Returns visible values as float32, in a step that stops where units cannot have them."""
        self.build((None, *visible.shape[1:]))
        visible = ops.cast(visible, "float32")
        name = type(self).__name__
        parts = [
            backend.check_values(own, unit.support, data.expected_values(name, unit))
            for unit, own in self.visible_unit.split(visible)
        ]
        return parts[0] if len(parts) == 1 else ops.concatenate(parts, axis=-1)

    def _checked_weight(self, weight):
        """Returns sample weights as float32 of shape `(batch,)`, or None for none, likewise."""
        if weight is None:
            return None
        weight = ops.reshape(ops.cast(weight, "float32"), (-1,))
        message = f"{type(self).__name__} expects sample weights of at least 0."
        return backend.check_values(weight, (0.0, inf), message)
