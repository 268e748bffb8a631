"""Deep stacking network: blocks whose upper weights are found in closed form."""

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from kerasdeep.zoo.augmented import Augmented
from kerasdeep.zoo.entry import MOST_ROWS
from kerasdeep.zoo.fine_tuning import falling_rate
from kerasdeep.zoo.layers import layers_of_rbms
from kerasdeep.zoo.parameter import parameter
from kerasdeep.zoo.stack import Stack

if TYPE_CHECKING:
    import keras
    import numpy as np

    from kerasdeep.models import RBM, DeepStackingNetwork

MOST_ROWS_A_STEP = 500


@dataclass(frozen=True, kw_only=True)
class StackingNetwork(Augmented, Stack):
    """Blocks of sigmoid units, each trained alone on the data and the outputs below."""

    name = "dsn"
    summary = "Deep stacking network, 3 blocks of 2000 hidden units"
    citation = "Deng, Yu (2011), Deep convex net"
    task = "stacking"
    takes_images = False
    can_be_sampled = False
    widths = (2000,) * 3
    widths_of_few_pixels = (300,) * 3

    epochs: int = parameter(20, "Epochs of each block; the last one finds U.", low=1)
    batch_size: int | None = parameter(
        None,
        "Rows a batch. [default: 500, or all that there are]",
        low=1,
        search=(100, 10_000),
        log=True,
    )
    ridge: float = parameter(
        1e-4, "Ridge of the upper weights.", low=0, search=(1e-6, 1e-2), log=True
    )
    decay: float = parameter(
        0.99,
        "Share of earlier batches that stays in what U is found from in training.",
        low=0,
        high=0.999,
    )
    rotation: float = 10.0
    translation: float = 0.06
    zoom: float = 0.1
    input_dropout: float = parameter(
        0.0, "Share of the inputs to drop while W learns.", low=0, high=0.99, search=(0.0, 0.5)
    )
    pretrain_epochs: int = parameter(
        5, "Epochs of an RBM whose weights the first block starts from; 0 for random ones.", low=0
    )
    learning_rate: float = parameter(
        5e-3, "Rate of Adam at the start; falls to zero.", low=0, search=(1e-4, 1e-2), log=True
    )

    def fit_to(self, num_rows: int, num_values: int) -> Self:
        """Batches have 500 rows where there are as many: least squares needs many."""
        batch_size = self.batch_size or min(num_rows, MOST_ROWS_A_STEP)
        return dataclasses.replace(super().fit_to(num_rows, num_values), batch_size=batch_size)

    @property
    def pretrain_batch_size(self) -> int:
        """Rows a batch of the RBM, which takes many small steps."""
        return min(100, self.batch_size)

    def pretraining(self, rows: "np.ndarray", total_steps: int, seed: int | None) -> "RBM":
        """Returns a compiled RBM whose weights the first block may start from."""
        import keras

        (rbm,) = layers_of_rbms(self.layers[:1], rows, seed)
        rate = keras.optimizers.schedules.PolynomialDecay(0.05, total_steps, 0.0)
        rbm.compile(keras.optimizers.SGD(rate, momentum=0.5), "cd")
        return rbm

    def prepare(
        self,
        x: "np.ndarray",
        y: "np.ndarray | None" = None,
        seed: int | None = None,
        num_classes: int | None = None,
        pretrain: bool = True,
    ) -> "DeepStackingNetwork":
        """Returns the compiled network, its first block started from an RBM if it has one."""
        network = super().prepare(x, y, seed, num_classes, pretrain)
        if self.pretrain_epochs and pretrain:
            size = self.pretrain_batch_size
            updates = self.pretrain_epochs * math.ceil(len(x) / size)
            rbm = self.pretraining(x[:MOST_ROWS], updates, seed)
            rbm.fit(x, batch_size=size, epochs=self.pretrain_epochs, verbose=0)
            network.start_from(rbm)
        return network

    def changes(self, num_values: int) -> "keras.layers.Layer | None":
        """Returns what changes rows, as grey images, in training; None where nothing is to change.

        Raises:
            ValueError: for rows that are no square images.
        """
        import keras

        changes, side = self.augmentation(), math.isqrt(num_values)
        if not changes:
            return None
        if side**2 != num_values:
            raise ValueError(
                f"{self.name} turns, moves and scales square grey images. Received: rows of "
                f"{num_values} values. Set rotation, translation and zoom to 0."
            )
        layers = [keras.layers.Reshape((side, side, 1)), *changes, keras.layers.Flatten()]
        return keras.Sequential(layers, name="augmentation")

    def build(
        self, rows: "np.ndarray", total_steps: int, seed: int | None = None, num_classes: int = 10
    ) -> "DeepStackingNetwork":
        """Returns a compiled network; `total_steps` counts the updates of one block."""
        import keras

        from kerasdeep.layers import Dropout
        from kerasdeep.models import DeepStackingNetwork, StackingBlock

        if seed is not None:
            keras.utils.set_random_seed(seed)
        blocks = [
            StackingBlock(
                width,
                num_classes,
                self.ridge,
                corruption=Dropout(self.input_dropout) if self.input_dropout else None,
                name=f"block_{number + 1}",
            )
            for number, width in enumerate(self.layers)
        ]
        network = DeepStackingNetwork(
            blocks,
            num_classes,
            decay=self.decay,
            augmentation=self.changes(rows.shape[1]),
            name=self.name,
        )
        network.compile(keras.optimizers.Adam(falling_rate(self.learning_rate, total_steps)))
        return network
