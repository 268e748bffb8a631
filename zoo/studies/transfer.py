"""Ways to learn few labels on top of a network that learned other images.

References: Yosinski, Clune, Bengio, Lipson (2014), How transferable are features in deep neural
networks? Howard, Ruder (2018), Universal language model fine-tuning for text classification, which
unfreezes step by step.
"""

from typing import NamedTuple

from kerasdeep.zoo.networks.cnn import ConvolutionalNetwork


class Step(NamedTuple):
    """A part of a training. The parts of one training have as many updates, but for rounding.

    Attributes:
        unfrozen: share of the layers below the answers that learn, from the top down.
        factor: of the rate chosen, at the beginning; it falls to zero.
    """

    unfrozen: float
    factor: float


WAYS = {
    "frozen": (Step(0.0, 1.0),),
    "unfrozen in steps": (Step(0.0, 1.0), Step(0.5, 0.3), Step(1.0, 0.3)),
    "unfrozen": (Step(1.0, 1.0),),
    "random": (Step(1.0, 1.0),),
}
RANDOM = "random"
# Rates of Adam to choose from.
RATES = (0.003, 0.01, 0.03)
# Half as wide as the entry is: a study trains dozens of them.
SOURCE = ConvolutionalNetwork(num_filters=(12, 24, 48), block_dropout=0.0)
