"""The share of votes for each class."""

from collections.abc import Sequence
from typing import Any

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

    Args:
        dtype: policy of the layer. Default `"float32"`, whatever the global one.

    Returns:
        On call with a list of $M$ tensors of shape `(batch, ..., num_classes)`, shares of that
        shape, of which those of a row sum to 1; of one output, that of the second class alone.

    Raises:
        ValueError: for anything but a list of at least one tensor, tensors of several shapes, or
            such without an axis of classes.

    Example:

    >>> one, other, third = np.array([[[0.9, 0.1]], [[0.4, 0.6]], [[0.8, 0.2]]])
    >>> [round(float(share), 2) for share in Vote()([one, other, third])[0]]
    [0.67, 0.33]

    Reference: Breiman (1996), Bagging predictors. Machine Learning 24.
    """

    def __init__(self, dtype: Any = "float32", **kwargs: Any) -> None:
        super().__init__(dtype=dtype, **kwargs)  # two answers may be the same in 16 bits

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        # At every call, as Keras builds a layer only once.
        _check(keras.tree.map_structure(lambda answers: tuple(answers.shape), inputs))
        votes = ops.stack([_vote(answers) for answers in inputs])
        return ops.cast(ops.mean(votes, 0), self.compute_dtype)

    def compute_output_shape(
        self, input_shape: Sequence[tuple[int | None, ...]]
    ) -> tuple[int | None, ...]:
        _check(input_shape)
        return input_shape[0]


def _check(shapes):
    """Raises a ValueError unless shapes are a list of such as may be the same."""
    sequence = list | tuple
    if not (isinstance(shapes, sequence) and shapes and isinstance(shapes[0], sequence)):
        raise ValueError(
            "Vote expects a list with a tensor of answers from each classifier, at least one. "
            f"Received: inputs of shape {shapes}. Pass [one(x), other(x)]."
        )
    ranks = {len(shape) for shape in shapes}
    if min(ranks) < 2:
        raise ValueError(
            "Vote expects answers of shape (batch, ..., num_classes). Received: inputs of shapes "
            f"{', '.join(map(str, shapes))}. Give them an axis of classes, of 1 for one output."
        )
    if len(ranks) > 1 or any(len({*sizes} - {None}) > 1 for sizes in zip(*shapes, strict=True)):
        raise ValueError(
            "Vote expects answers of one shape from all classifiers. Received: inputs of shapes "
            f"{', '.join(map(str, shapes))}. Pass answers for the same rows and classes."
        )


def _vote(answers):
    if answers.shape[-1] == 1:
        return ops.cast(answers > 0.5, "float32")
    return ops.one_hot(ops.argmax(answers, -1), answers.shape[-1], dtype="float32")
