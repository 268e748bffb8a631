"""What entries share that are stacked autoencoders, fine-tuned as classifiers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.fine_tuning import falling_rate
from kerasdeep.zoo.parameter import parameter
from kerasdeep.zoo.pretrained import Pretrained
from kerasdeep.zoo.stack import Stack

if TYPE_CHECKING:
    import keras
    import numpy as np

    from kerasdeep.models import Autoencoder, StackedAutoencoder


@dataclass(frozen=True, kw_only=True)
class StackedCodes(Stack, Pretrained):
    """Layers of sigmoid units with tied weights; a subclass makes one, `layer(dense)`."""

    can_be_sampled = False

    pretrain_learning_rate: float = parameter(
        1e-3, "Rate of Adam at the start; falls to zero.", low=0, search=(3e-4, 1e-2), log=True
    )

    def layer(self, dense: "keras.layers.Dense", name: str) -> "Autoencoder":
        """Returns the autoencoder of a layer, given its encoder."""
        raise NotImplementedError

    def build(
        self, rows: "np.ndarray", total_steps: int, seed: int | None = None
    ) -> "StackedAutoencoder":
        """Returns a compiled stack; `total_steps` counts the updates of one layer."""
        import keras

        from kerasdeep.models import StackedAutoencoder

        if seed is not None:
            keras.utils.set_random_seed(seed)
        layers = [
            self.layer(keras.layers.Dense(width, "sigmoid"), f"autoencoder_{number + 1}")
            for number, width in enumerate(self.layers)
        ]
        stack = StackedAutoencoder(layers, name=self.name)
        stack.compile(keras.optimizers.Adam(falling_rate(self.pretrain_learning_rate, total_steps)))
        return stack
