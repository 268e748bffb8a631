"""Classification RBM, 784-1500: the hybrid objective, with dropout."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.entry import Entry
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import numpy as np

    from kerasdeep.models import ClassificationRBM


@dataclass(frozen=True, kw_only=True)
class HybridClassificationRBM(Entry):
    """Classification RBM that learns p(y | x) and, a little, p(x, y); all rows have labels."""

    name = "class-rbm"
    summary = "Classification RBM, 1500 hidden units, hybrid objective, dropout"
    citation = "Larochelle, Bengio (2008), Classification using discriminative RBMs"
    task = "classification"

    epochs: int = 40
    num_hidden: int = parameter(1500, "Hidden units.", low=1, search=(200, 3000), log=True)
    learning_rate: float = parameter(
        3e-3, "Rate of Adam at the start; falls to zero.", low=0, search=(3e-4, 1e-2), log=True
    )
    generative: float = parameter(
        0.01, "Weight of the generative term.", low=0, search=(1e-3, 0.1), log=True
    )
    dropout: float = parameter(
        0.3, "Share of the hidden units to drop.", low=0, high=0.99, search=(0.0, 0.6)
    )
    input_dropout: float = parameter(
        0.2, "Share of the pixels to drop.", low=0, high=0.99, search=(0.0, 0.4)
    )

    def build(
        self, rows: "np.ndarray", total_steps: int, seed: int | None = None, num_classes: int = 10
    ) -> "ClassificationRBM":
        """Returns a compiled classification RBM."""
        import keras

        from kerasdeep.models import ClassificationRBM

        model = ClassificationRBM(
            self.num_hidden,
            num_classes,
            generative=self.generative,
            unlabelled=0.0,
            dropout=self.dropout,
            input_dropout=self.input_dropout,
            seed=seed,
        )
        rate = keras.optimizers.schedules.CosineDecay(self.learning_rate, total_steps)
        model.compile(keras.optimizers.Adam(rate), "cd")
        return model
