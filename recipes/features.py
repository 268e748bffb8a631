"""What a network that knows real data looks at in rows, to compare drawings with data by."""

import functools
from collections.abc import Callable
from typing import NamedTuple

import keras
import numpy as np

from kerasdeep import zoo
from kerasdeep.recipes.data import Images
from kerasdeep.recipes.judge import judge_of

OF_THE_ZOO = {"mnist": "cnn"}


class Features(NamedTuple):
    """Who looks at rows.

    Attributes:
        name: what it is.
        of: function from rows to features, shape `(num_rows, num_features)`.
        classes: function from rows to numbers of classes, None of fewer than two.
    """

    name: str
    of: Callable[[np.ndarray], np.ndarray]
    classes: Callable[[np.ndarray], np.ndarray] | None


def features_of(images: Images) -> Features:
    """Returns the last features of the trained classifier of the zoo for MNIST, else the pixels.

    Classes are named by that classifier, else by a support vector machine.
    """
    if images.name not in OF_THE_ZOO:
        judge = functools.cache(lambda: judge_of(images))  # which takes a while to learn
        several = (images.num_classes or 0) > 1
        named = (lambda rows: judge().classes(flat(rows))) if several else None
        return Features("pixels", flat, named)
    name = OF_THE_ZOO[images.name]
    network = zoo.load(name)
    last = keras.Model(network.inputs, network.layers[-1].input)

    def asked(model):
        shape = network.input_shape[1:]
        return lambda rows: model.predict(rows.reshape(-1, *shape), batch_size=500, verbose=0)

    features, probabilities = asked(last), asked(network)
    return Features(f"features of {name}", features, lambda x: probabilities(x).argmax(axis=1))


def flat(rows: np.ndarray) -> np.ndarray:
    """Returns rows of shape `(num_rows, num_values)`."""
    return rows.reshape(len(rows), -1)
