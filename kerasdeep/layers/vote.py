"""The share of votes for each class."""

from collections.abc import Sequence

import keras
from keras import ops

from kerasdeep.backend.registration import register
from kerasdeep.backend.types import Tensor


@register
class Vote(keras.layers.Layer):
    r"""Counts for which class each of several classifiers is.

    $$p_k = \frac{1}{M} \sum_{m=1}^{M} \big[\, k = \arg\max_c f_{mc} \,\big]$$

    Where classifiers have one output, the probability of the second of two classes, $p$ is the
    share of those where it is above 1/2. Votes have no gradient.

    Returns:
        On call with a list of $M$ tensors of shape `(batch, ..., num_classes)`, shares of that
        shape, of which those of a row sum to 1.

    Example:

    >>> shares = Vote()([one(x), other(x), third(x)])

    Reference: Breiman (1996), Bagging predictors. Machine Learning 24.
    """

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        return ops.cast(ops.mean(ops.stack([_vote(answers) for answers in inputs]), 0), self.dtype)

    def compute_output_shape(
        self, input_shape: Sequence[tuple[int | None, ...]]
    ) -> tuple[int | None, ...]:
        return input_shape[0]


def _vote(answers):
    if answers.shape[-1] == 1:
        return ops.cast(answers > 0.5, "float32")
    return ops.one_hot(ops.argmax(answers, -1), answers.shape[-1], dtype="float32")
