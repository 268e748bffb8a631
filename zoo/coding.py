"""What entries share that learn codes of data."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.entry import Entry
from kerasdeep.zoo.fine_tuning import falling_rate
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import keras
    import numpy as np

    from kerasdeep.models import Autoencoder


@dataclass(frozen=True, kw_only=True)
class Coding(Entry):
    """An autoencoder that backpropagation trains.

    A subclass says of which layers it is, `autoencoder(row_shape, seed)`, not compiled, and gives
    the defaults.
    """

    task = "reconstruction"
    can_be_sampled = False

    epochs: int = 60
    learning_rate: float = parameter(
        1e-3, "Rate of AdamW at the start; falls to zero.", low=0, search=(3e-4, 1e-2), log=True
    )
    weight_decay: float = parameter(
        0.0, "Share of each weight that decays at a rate of 1.", low=0, search=(0.0, 0.3)
    )

    def autoencoder(self, row_shape: tuple[int, ...], seed: int | None) -> "Autoencoder":
        """Returns the model, not compiled.

        Args:
            row_shape: shape of a row of data.
            seed: integer seed of what it draws, or None.
        """
        raise NotImplementedError

    def compile(self, model: "keras.Model", total_steps: int) -> None:
        """Compiles the model for so many updates."""
        import keras

        rate = falling_rate(self.learning_rate, total_steps)
        model.compile(keras.optimizers.AdamW(rate, weight_decay=self.weight_decay))

    def build(self, rows: "np.ndarray", total_steps: int, seed: int | None = None) -> "Autoencoder":
        """Returns a compiled autoencoder."""
        import keras

        if seed is not None:
            keras.utils.set_random_seed(seed)
        model = self.autoencoder(rows.shape[1:], seed)
        self.compile(model, total_steps)
        return model
