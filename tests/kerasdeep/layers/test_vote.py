"""Votes: what they may be taken of; tests of bagging count them."""

import keras
import numpy as np
import pytest

from kerasdeep.layers import Vote


def answers(*shape):
    return np.ones(shape, "float32")


def test_rows_may_be_of_an_unknown_number():
    inputs = [keras.Input((3,)), keras.Input(batch_shape=(2, 3))]
    assert Vote()(inputs).shape[1:] == (3,)


@pytest.mark.parametrize(
    "inputs, reason",
    [
        (answers(4, 3), r"a list with .* Received: inputs of shape \(4, 3\). Pass \[one"),
        (keras.Input((3,)), r"a list with .* Received: inputs of shape \(None, 3\)"),
        ([], r"at least one. Received: inputs of shape \[\]"),
        ([answers(4, 3), answers(4, 2)], r"one shape .* Received: .* \(4, 3\), \(4, 2\). Pass"),
        ([answers(4, 3), answers(5, 3)], r"Received: inputs of shapes \(4, 3\), \(5, 3\)"),
        ([answers(4, 3), answers(4, 3, 2)], r"Received: .* \(4, 3\), \(4, 3, 2\)"),
        ([answers(4)] * 2, r"\(batch, ..., num_classes\). Received: .* \(4,\), \(4,\). Give"),
        ([keras.Input((3,)), keras.Input((2,))], r"Received: .* \(None, 3\), \(None, 2\)"),
    ],
)
@pytest.mark.parametrize("built", [False, True])
def test_votes_of_anything_but_answers_of_one_shape_are_refused(inputs, reason, built):
    vote = Vote()
    if built:
        vote([answers(4, 3)] * 2)
    with pytest.raises(ValueError, match=reason):
        vote(inputs)
