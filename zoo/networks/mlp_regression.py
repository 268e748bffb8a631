"""Multilayer perceptron that predicts a number."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.fine_tuning import falling_rate
from kerasdeep.zoo.fully_connected import FullyConnected
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import keras
    import numpy as np


@dataclass(frozen=True, kw_only=True)
class MultilayerRegression(FullyConnected):
    """Rectified linear units between measurements and a number, in their own units.

    The network holds what its values are scaled by: it takes and gives them as the table has them.
    """

    name = "mlp-regression"
    summary = "Multilayer perceptron 64-64 that predicts a number, of a table"
    citation = (
        "Rumelhart, Hinton, Williams (1986), Learning representations; Efron et al. 2004 (data)"
    )
    task = "regression"
    dataset = "diabetes"
    widths = (64, 64)
    widths_of_few_pixels = (64, 64)

    epochs: int = 40
    num_hidden: tuple[int, ...] | None = parameter(
        None,
        "Units of each hidden layer. [default: as the summary says]",
        low=1,
        search=(8, 512),
        log=True,
        layers=(1, 3),
    )
    dropout: float = 0.4
    input_dropout: float = parameter(
        0.0, "Share of the measurements to drop.", low=0, high=0.99, search=(0.0, 0.4)
    )

    max_norm: float = parameter(
        1.0, "Greatest Euclidean length of the weights into a unit.", low=0.01, search=(0.5, 4.0)
    )

    def check_data(self, x: "np.ndarray", y: "np.ndarray | None" = None) -> None:
        """Raises a ValueError unless arrays are rows of finite numbers, and one for each."""
        import numpy as np

        for name, array, rank in (("x", x, 2), ("y", y, 1)):
            if array is not None and (array.ndim != rank or not np.isfinite(array).all()):
                raise ValueError(
                    f"{self.name} expects finite numbers, x of shape (rows, values) and y of shape "
                    f"(rows,). Received: {name} of shape {array.shape}. Reshape it, and leave out "
                    "rows with missing numbers."
                )

    def hidden(self, width: int) -> "list[keras.layers.Layer]":
        """Returns what makes so many hidden units of the values below."""
        return [self.dense(width, "relu")]

    def build(
        self,
        rows: "np.ndarray",
        total_steps: int,
        seed: int | None = None,
        targets: "np.ndarray | None" = None,
    ) -> "keras.Model":
        """Returns a compiled network, which learns by squared error.

        Args:
            rows: rows of the training data, of which each measurement is scaled.
            total_steps: updates until the rate is zero.
            seed: integer seed.
            targets: their numbers, by which answers are scaled. Default None: as they are.
        """
        import keras
        import numpy as np

        if seed is not None:
            keras.utils.set_random_seed(seed)
        scaled = keras.layers.Normalization(name="scaled", dtype="float32")
        scaled.adapt(np.asarray(rows))
        in_units = keras.layers.Normalization(
            axis=None, invert=True, name="in_units", dtype="float32"
        )
        if targets is not None:
            in_units.adapt(np.asarray(targets)[:, None])
        network = keras.Sequential(
            [
                keras.Input(rows.shape[1:]),
                scaled,
                *self.hidden_layers(),
                keras.layers.Dense(1, dtype="float32"),
                in_units,
            ],
            name=self.name,
        )
        rate = falling_rate(self.learning_rate, total_steps, self.warm_up)
        network.compile(
            keras.optimizers.Adam(rate), "mse", metrics=[keras.metrics.RootMeanSquaredError("rmse")]
        )
        return network
