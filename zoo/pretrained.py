"""What entries share that are pretrained layer by layer, then fine-tuned as a classifier."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.entry import MOST_ROWS, Entry
from kerasdeep.zoo.fine_tuning import adversarial_distance, compile_with_adam, smooth
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import keras
    import numpy as np

    from kerasdeep.training.greedy import GreedyStack


@dataclass(frozen=True, kw_only=True)
class Pretrained(Entry):
    """A stack that is trained without labels, unrolled and fine-tuned by backpropagation.

    A subclass says by `build(rows, total_steps, seed)` what is pretrained, a compiled stack with
    `to_classifier`; `total_steps` counts the updates of one layer.
    """

    task = "pretrain_and_fine_tune"

    epochs: int = parameter(80, "Epochs of fine-tuning.", low=1)
    pretrain_epochs: int = parameter(20, "Epochs for each layer.", low=1, search=(5, 50), log=True)
    num_hidden: tuple[int, ...] = parameter(
        (500, 500, 2000),
        "Units of each hidden layer.",
        low=1,
        search=(100, 2000),
        log=True,
        layers=(1, 4),
    )
    learning_rate: float = parameter(
        2e-3, "Rate of Adam at the start; falls to zero.", low=0, search=(3e-4, 1e-2), log=True
    )
    dropout: float = parameter(
        0.2, "Share of the hidden units to drop.", low=0, high=0.99, search=(0.0, 0.6)
    )
    input_dropout: float = parameter(
        0.2, "Share of the pixels to drop.", low=0, high=0.99, search=(0.0, 0.4)
    )
    adversarial: float = adversarial_distance()
    twin: int = parameter(
        1, "1 for the same network from random weights beside it; 0 for none.", low=0, high=1
    )

    @property
    def rows_a_step(self) -> int:
        """Fine-tuning takes batches twice as large as pretraining: a row costs less in them."""
        return 2 * self.batch_size

    def prepare(
        self,
        x: "np.ndarray",
        y: "np.ndarray | None" = None,
        seed: int | None = None,
        num_classes: int | None = None,
        pretrain: bool = True,
    ) -> "keras.Model":
        """Returns the unrolled network, compiled for fine-tuning."""
        import keras

        updates = self.pretrain_epochs * math.ceil(len(x) / self.batch_size)
        stack = self.build(x[:MOST_ROWS], updates, seed)
        if pretrain:
            stack.fit(x, batch_size=self.batch_size, epochs=self.pretrain_epochs, verbose=0)
        stack.initialize_from(x[:MOST_ROWS])
        if seed is not None:
            keras.utils.set_random_seed(seed)
        network = self.to_classifier(stack, num_classes)
        self.compile_classifier(network, self.epochs * math.ceil(len(x) / self.rows_a_step))
        return network

    def to_classifier(self, stack: "GreedyStack", num_classes: int) -> "keras.Model":
        """Unrolls a pretrained stack for fine-tuning, with dropout."""
        network = stack.to_classifier(
            num_classes, input_dropout=self.input_dropout, dropout=self.dropout
        )
        return smooth(network, self.adversarial)

    def compile_classifier(self, classifier: "keras.Model", total_steps: int) -> None:
        """Compiles the unrolled network for fine-tuning, or its twin with random weights."""
        compile_with_adam(classifier, self.learning_rate, total_steps)
