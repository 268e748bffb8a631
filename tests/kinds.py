"""Kinds of models that checks are called for, and all the state that a model has."""

from typing import NamedTuple

import numpy as np


class Kind(NamedTuple):
    """How a model is made, and what it is trained on.

    Attributes:
        make: function that returns an unbuilt, compiled model; takes arguments of `compile`.
        x: rows of data.
        y: labels, or rows to make; None for a model that needs none.
        improves: metric of the History that falls by a tenth in 100 epochs. Default None: a test of
            the model's own says what it learns.
    """

    make: object
    x: np.ndarray
    y: np.ndarray | None = None
    improves: str | None = None

    def rows(self, first, last):
        """Returns those rows and their labels, if any, as positional arguments of `fit`."""
        y = () if self.y is None else (self.y[first:last],)
        return self.x[first:last], *y


class Traced:
    """One model of a kind, given back as it was before training: programs are made once.

    Attributes:
        kind: the `Kind`.
    """

    def __init__(self, kind, **arguments):
        self.kind, self.arguments, self.model = kind, arguments, None

    def __call__(self, **compile_arguments):
        """Returns the model, as if it had been compiled with other arguments too."""
        if self.model is None:
            self.model = self.kind.make(**self.arguments)
            self.initialize()
            self.start = weights(self.model)
        self.initialize()
        for variable, value in zip(variables(self.model), self.start, strict=True):
            variable.assign(value)
        self.model._compile_arguments = {**self.arguments, **compile_arguments}
        self.model.steps_per_execution = compile_arguments.get("steps_per_execution", 1)
        self.model.reset_metrics()
        return self.model

    def initialize(self):
        """Starts the model from the data and, where it makes other rows, from those."""
        targets = {"targets": self.kind.y} if self.model.takes_targets else {}
        self.model.initialize_from(self.kind.x, **targets)


def variables(model):
    """Returns everything that a model and its training carry on, as one flat list."""
    parts = [model, *getattr(model, "stack", []), *filter(None, [getattr(model, "joint", None)])]
    found = [weight for part in parts for weight in part.weights]
    for part in parts:
        for name in ("optimizer", "discriminator_optimizer", "sampler"):
            extra = getattr(part, name, None)
            found += getattr(extra, "variables", [])
        layers = {id(layer): layer for layer in part._flatten_layers()}.values()
        states = [one.seed_generator.state for one in layers if hasattr(one, "seed_generator")]
        found += [state for state in states if all(state is not other for other in found)]
    return found


def weights(model):
    """Returns the values of all of them."""
    return [np.array(variable) for variable in variables(model)]


def assert_equal_arrays(first, second):
    assert len(first) == len(second)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


def assert_equal_state(first, second):
    assert_equal_arrays(weights(first), weights(second))
