"""Dropout whose random state is saved with the model."""

import keras
from keras import ops

from kerasdeep.backend.random_state import SavedRandomState
from kerasdeep.backend.registration import register
from kerasdeep.backend.seeds import ReplicaSeeds
from kerasdeep.backend.types import Tensor


@register
class Dropout(SavedRandomState, keras.layers.Dropout):
    r"""Sets a fraction of its inputs to zero in training, as `keras.layers.Dropout`, and resumes.

    $y = m \odot x / (1 - r)$ with $m_i \sim \text{Bernoulli}(1 - r)$; $y = x$ outside of training.
    Keras saves no random state with a layer, so that a training that was interrupted and goes on
    draws other masks than one that was not. This layer saves its own. On several devices each draws
    masks of its own.

    Args:
        rate: $r$, fraction of the inputs to drop, from 0 to below 1.
        noise_shape: shape of the mask, where parts of the input share it. Default None: its own.
        seed: integer seed of the masks. Default None: from Keras's global seed.

    Returns:
        On call, a tensor of the shape of its input.

    Example:

    >>> classifier = keras.Sequential([Dropout(0.2), keras.layers.Dense(10, "softmax")])

    Reference: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov (2014), Dropout: a simple
    way to prevent neural networks from overfitting. JMLR 15.
    """

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        if not (training and self.rate):
            return inputs
        seeds = ReplicaSeeds(self.seed_generator)
        values = ops.cast(inputs, "float32")  # numbers of 16 bits are too few to draw a rate by
        dropped = keras.random.dropout(values, self.rate, self.noise_shape, seeds)
        return ops.cast(dropped, inputs.dtype)
