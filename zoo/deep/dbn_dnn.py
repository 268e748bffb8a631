"""DBN-DNN, 784-500-500-2000-10: greedy pretraining, unrolled, fine-tuned by backpropagation."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.entry import MOST_ROWS, Entry
from kerasdeep.zoo.fine_tuning import adversarial_distance, compile_with_adam, smooth
from kerasdeep.zoo.layers import layers_of_rbms
from kerasdeep.zoo.parameter import parameter

if TYPE_CHECKING:
    import keras
    import numpy as np

    from kerasdeep.models import DBN


@dataclass(frozen=True, kw_only=True)
class PretrainedNetwork(Entry):
    """Deep belief network, fine-tuned as a classifier, beside a twin from random weights."""

    name = "dbn-dnn"
    summary = "Deep belief network 500-500-2000, fine-tuned as a classifier"
    citation = "Hinton, Salakhutdinov (2006), Reducing the dimensionality of data; Hinton, MSR 2010"
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
    pretrain_learning_rate: float = parameter(
        0.05, "Rate of SGD at the start; falls to zero.", low=0, search=(0.01, 0.2), log=True
    )
    momentum: float = parameter(
        0.5, "Momentum of pretraining.", low=0, high=0.999, search=(0.0, 0.9)
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

    def build(self, rows: "np.ndarray", total_steps: int, seed: int | None = None) -> "DBN":
        """Returns a compiled DBN; `total_steps` counts the updates of one layer.

        Raises:
            ValueError: for rows that are all alike.
        """
        import keras

        from kerasdeep.models import DBN

        dbn = DBN(layers_of_rbms(self.num_hidden, rows, seed), mean_field=False)
        rate = keras.optimizers.schedules.PolynomialDecay(
            self.pretrain_learning_rate, total_steps, 0.0
        )
        dbn.compile(keras.optimizers.SGD(rate, momentum=self.momentum), "cd")
        return dbn

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
        """Returns the unrolled network, compiled for fine-tuning, its stages those of the DBN."""
        import keras

        updates = self.pretrain_epochs * math.ceil(len(x) / self.batch_size)
        dbn = self.build(x[:MOST_ROWS], updates, seed)
        if pretrain:
            dbn.fit(x, batch_size=self.batch_size, epochs=self.pretrain_epochs, verbose=0)
        dbn.initialize_from(x[:MOST_ROWS])
        if seed is not None:
            keras.utils.set_random_seed(seed)
        network = self.to_classifier(dbn, num_classes)
        self.compile_classifier(network, self.epochs * math.ceil(len(x) / self.rows_a_step))
        return network

    def to_classifier(self, dbn: "DBN", num_classes: int) -> "keras.Model":
        """Unrolls a pretrained DBN for fine-tuning, with dropout."""
        network = dbn.to_classifier(
            num_classes, input_dropout=self.input_dropout, dropout=self.dropout
        )
        return smooth(network, self.adversarial)

    def compile_classifier(self, classifier: "keras.Model", total_steps: int) -> None:
        """Compiles the unrolled network for fine-tuning, or its twin with random weights."""
        compile_with_adam(classifier, self.learning_rate, total_steps)
