"""DBN-DNN, 784-500-500-2000-10: greedy pretraining, unrolled, fine-tuned by backpropagation."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasdeep.zoo.layers import layers_of_rbms
from kerasdeep.zoo.parameter import parameter
from kerasdeep.zoo.pretrained import Pretrained

if TYPE_CHECKING:
    import numpy as np

    from kerasdeep.models import DBN


@dataclass(frozen=True, kw_only=True)
class PretrainedNetwork(Pretrained):
    """Deep belief network, fine-tuned as a classifier, beside a twin from random weights."""

    name = "dbn-dnn"
    summary = "Deep belief network 500-500-2000, fine-tuned as a classifier"
    citation = "Hinton, Salakhutdinov (2006), Reducing the dimensionality of data; Hinton, MSR 2010"

    pretrain_learning_rate: float = parameter(
        0.05, "Rate of SGD at the start; falls to zero.", low=0, search=(0.01, 0.2), log=True
    )
    momentum: float = parameter(
        0.5, "Momentum of pretraining.", low=0, high=0.999, search=(0.0, 0.9)
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
