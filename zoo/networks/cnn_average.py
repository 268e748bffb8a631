"""Several convolutional networks that answer together."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.fine_tuning import compile_with_adam
from kerasdeep.zoo.networks.cnn import ConvolutionalNetwork
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import numpy as np

    from kerasdeep.models import Bagging


@dataclass(frozen=True, kw_only=True)
class AveragedNetworks(ConvolutionalNetwork):
    """Networks as `cnn`, each trained for itself, whose probabilities are averaged.

    Each looks at an image as it is and in eight changes, and averages its own answers too. They
    learn from all rows, changed at random; with `bootstrap`, from rows that are drawn.
    """

    name = "cnn-average"
    summary = "Ten convolutional networks as cnn, averaged; with --bootstrap 1, bagging"
    citation = "Ciresan, Meier, Schmidhuber (2012), Multi-column deep networks; Breiman (1996)"
    task = "bagging"

    num_members: int = parameter(10, "Number of networks.", low=1)
    bootstrap: int = parameter(
        0, "1 for rows drawn with replacement for each network; 0 for all rows.", low=0, high=1
    )
    test_time_augmentation: float = 0.5
    combination: str = parameter(
        "mean",
        "How they answer: mean of probabilities, or share of votes.",
        choices=("mean", "vote"),
    )

    def build(
        self, rows: "np.ndarray", total_steps: int, seed: int | None = None, num_classes: int = 10
    ) -> "Bagging":
        """Returns compiled networks; `total_steps` counts the updates of one of them."""
        from kerasdeep.models import Bagging

        network = super().build(rows, total_steps, seed, num_classes)
        networks = Bagging(
            network, self.num_members, bool(self.bootstrap), self.combination, seed, name=self.name
        )
        compile_with_adam(networks, self.learning_rate, total_steps, self.warm_up)
        return networks
