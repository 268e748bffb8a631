"""Watches how near drawings come to data."""

from collections.abc import Callable

import keras
import numpy as np

from kerasdeep.backend.types import ArrayLike
from kerasdeep.likelihood import frechet_distance


class FrechetDistance(keras.callbacks.Callback):
    """Adds `val_frechet_distance`, of drawings from validation rows, at the end of every epoch.

    Args:
        rows: validation rows; so many are drawn each time.
        features: function from rows to features, shape `(num_rows, num_features)`, such as the
            `predict` of a part of a classifier. Default None: the values of the rows.
        seed: integer seed of what is drawn, the same each time. Default 0.

    Raises:
        ValueError: for a model that draws nothing.

    Example:

    >>> gan.fit(x, epochs=30, callbacks=[FrechetDistance(x_valid, features.predict)])

    Reference: Heusel, Ramsauer, Unterthiner, Nessler, Hochreiter (2017), GANs trained by a two
    time-scale update rule converge to a local Nash equilibrium. NIPS 30.
    """

    def __init__(
        self,
        rows: np.ndarray,
        features: Callable[[np.ndarray], ArrayLike] | None = None,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.features = features or (lambda values: np.reshape(values, (len(values), -1)))
        self.real, self.num_rows, self.seed = self.features(rows), len(rows), seed

    def set_model(self, model: keras.Model) -> None:
        if not hasattr(model, "seed_chains"):
            raise ValueError(
                "FrechetDistance expects a model with `sample` and `seed_chains`. Received: "
                f"{type(model).__name__}."
            )
        super().set_model(model)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        model = self.model
        # Random states and chains: training goes on as if nothing had been drawn.
        states = model.non_trainable_variables
        before = [keras.ops.convert_to_numpy(state) for state in states]
        model.seed_chains(self.seed)
        drawn = np.asarray(model.sample(self.num_rows))
        for state, value in zip(states, before, strict=True):
            state.assign(value)
        logs["val_frechet_distance"] = frechet_distance(self.real, self.features(drawn))
