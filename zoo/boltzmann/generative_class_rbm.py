"""Classification RBM, 784-1000, generative alone: it draws digits of a given label."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.entry import Entry
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import numpy as np

    from kerasdeep.models import ClassificationRBM


@dataclass(frozen=True, kw_only=True)
class GenerativeClassificationRBM(Entry):
    """Classification RBM that learns p(x, y).

    Without centring it tells digits apart sooner, but half of the chains of a label end in black.
    """

    name = "class-rbm-generative"
    summary = "Classification RBM, 1000 hidden units, generative objective, PCD"
    citation = "Larochelle, Bengio (2008), Classification using discriminative RBMs"
    task = "classification"

    epochs: int = 30
    num_hidden: int = parameter(1000, "Hidden units.", low=1, search=(200, 3000), log=True)
    learning_rate: float = parameter(
        0.1, "Learning rate at the start; it falls to zero.", low=0, search=(0.01, 0.5), log=True
    )
    num_chains: int = parameter(100, "Persistent chains.", low=1, search=(20, 500), log=True)

    def build(
        self, rows: "np.ndarray", total_steps: int, seed: int | None = None, num_classes: int = 10
    ) -> "ClassificationRBM":
        """Returns a compiled classification RBM."""
        import keras

        from kerasdeep.models import ClassificationRBM
        from kerasdeep.samplers import PersistentContrastiveDivergence

        model = ClassificationRBM(
            self.num_hidden,
            num_classes,
            discriminative=0.0,
            generative=1.0,
            unlabelled=1.0,
            centering=True,
            seed=seed,
        )
        rate = keras.optimizers.schedules.PolynomialDecay(self.learning_rate, total_steps, 0.0)
        chains = PersistentContrastiveDivergence(num_chains=self.num_chains)
        model.compile(keras.optimizers.SGD(rate), chains)
        return model
