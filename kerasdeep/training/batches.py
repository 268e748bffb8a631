"""What a Keras model does with a single batch."""

from typing import Any

import numpy as np

from kerasdeep import backend
from kerasdeep.training import arguments as given


class SingleBatches:
    """For a `CheckedModel`: batches that a user hands over one by one, in a loop of their own."""

    def train_on_batch(self, *args: Any, **kwargs: Any) -> float | list[float] | dict[str, float]:
        """Makes one update; arguments and result as of `keras.Model.train_on_batch`."""
        return self._on_batch(super().train_on_batch, *args, **kwargs)

    def test_on_batch(self, *args: Any, **kwargs: Any) -> float | list[float] | dict[str, float]:
        """Measures one batch; arguments and result as of `keras.Model.test_on_batch`."""
        return self._on_batch(super().test_on_batch, *args, **kwargs)

    def _on_batch(self, act, x, *args, return_dict=False, **kwargs):
        self.position = 0
        backend.check_scope(self)
        self._build_for(x)
        with backend.readable_data_errors():
            return self._as_asked(act(x, *args, return_dict=True, **kwargs), return_dict)

    def _build_for(self, rows):
        """Makes the weights of a model that sees data for the first time, if that comes whole."""
        if given.is_array(rows) and self.expected_rank in (None, len(rows.shape)):
            self.build((None, *rows.shape[1:]))

    def predict_on_batch(self, x: Any) -> np.ndarray:
        """Returns what a call gives of one batch."""
        if backend.distributed(self):  # Keras would give each device all rows
            return self.predict(x, batch_size=len(x), verbose=0)
        return super().predict_on_batch(x)
