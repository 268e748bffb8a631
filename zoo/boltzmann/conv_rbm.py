"""Convolutional RBM with probabilistic max-pooling, on grey levels."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.entry import Entry
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import numpy as np

    from kerasdeep.models import ConvolutionalRBM


@dataclass(frozen=True, kw_only=True)
class PooledConvolutionalRBM(Entry):
    """Convolutional RBM whose hidden units are max-pooled by 2, and rarely on."""

    name = "conv-rbm"
    summary = "Convolutional RBM, 40 filters of 12 x 12, max-pooled by 2, sparse"
    citation = "Lee et al. (2009), Convolutional deep belief networks"
    task = "convolutional_features"
    takes_images = True

    epochs: int = 3
    num_filters: int = parameter(40, "Filters.", low=1, search=(10, 100), log=True)
    kernel_size: int = parameter(
        12, "Pixels, of images of 28; of others in proportion.", low=2, high=28, search=(5, 16)
    )
    learning_rate: float = parameter(
        0.01, "Rate of Adam at the start; falls to zero.", low=0, search=(1e-3, 3e-2), log=True
    )
    sparsity_target: float = parameter(
        0.02, "Share of the hidden units on.", low=1e-4, high=0.5, search=(0.005, 0.1), log=True
    )
    sparsity_cost: float = parameter(
        100.0, "Weight of missing the target.", low=0, search=(10, 1000), log=True
    )

    def build(
        self, rows: "np.ndarray", total_steps: int, seed: int | None = None
    ) -> "ConvolutionalRBM":
        """Returns a compiled convolutional RBM; `rows` are images."""
        import keras

        from kerasdeep.models import ConvolutionalRBM
        from kerasdeep.penalties import SparsityTarget

        size = max(2, round(self.kernel_size * min(rows.shape[1:3]) / 28))
        sparsity = SparsityTarget(self.sparsity_target, cost=self.sparsity_cost)
        model = ConvolutionalRBM(self.num_filters, size, sparsity=sparsity, seed=seed)
        rate = keras.optimizers.schedules.PolynomialDecay(self.learning_rate, total_steps, 0.0)
        model.compile(keras.optimizers.Adam(rate), "cd")
        return model
