"""What a served model can be asked: functions with named inputs and outputs."""

from collections.abc import Callable
from typing import NamedTuple

import keras
from keras import ops

from kerasdeep import backend
from kerasdeep.backend.types import Tensor


class Argument(NamedTuple):
    """An input of an endpoint.

    Attributes:
        name: its name.
        shape: its shape, None where any size will do.
        dtype: its type. Default `"float32"`.
        lowest: the least that it may be. Default None: anything.
        highest: the most that it may be, likewise.
    """

    name: str
    shape: tuple[int | None, ...]
    dtype: str = "float32"
    lowest: int | None = None
    highest: int | None = None


class Endpoint(NamedTuple):
    """A function of an exported model.

    Attributes:
        name: its name.
        function: from tensors to a dict of named float32 tensors (int32 for labels).
        arguments: an `Argument` for each input of the function.
    """

    name: str
    function: Callable[..., dict[str, Tensor]]
    arguments: list[Argument]


def rows(name: str, shape: tuple[int | None, ...]) -> Argument:
    """Returns the argument for any number of rows of a shape."""
    return Argument(name, (None, *shape))


def predict(model: keras.Model, argument: Argument) -> Endpoint:
    """Returns the endpoint of a model that can be called and no more."""

    def function(inputs):
        return {"outputs": ops.cast(model(inputs), "float32")}

    return Endpoint("predict", function, [argument])


def classify(
    model: Callable[[Tensor], Tensor], argument: Argument, output: str = "probabilities"
) -> Endpoint:
    """Returns the endpoint of a model that gives a number for each class, the largest for its own.

    Args:
        model: the model, or a method of it.
        argument: its input.
        output: what the numbers are. Default `"probabilities"`.
    """

    def function(inputs):
        numbers = ops.cast(model(inputs), "float32")
        return {output: numbers, "label": backend.index_of_largest(numbers)}

    return Endpoint("classify", function, [argument])
