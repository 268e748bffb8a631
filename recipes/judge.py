"""A judge of drawings: a classifier that knows real training rows, and no drawing."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from sklearn.svm import SVC

from kerasdeep import zoo
from kerasdeep.recipes.data import Images

ROWS = 10_000
OF_THE_ZOO = {"mnist": "dbn-dnn"}


class Judge(NamedTuple):
    """Who names drawings.

    Attributes:
        name: what it is.
        classes: function from rows to numbers of classes.
    """

    name: str
    classes: Callable[[np.ndarray], np.ndarray]

    def error(self, images: Images) -> float:
        """Returns its error on real test rows."""
        rows, labels = images.test.arrays
        return float((self.classes(rows) != labels).mean())

    def named(self, drawn: np.ndarray) -> np.ndarray:
        """Returns whether it names drawings as asked.

        Args:
            drawn: drawings by class, shape `(num_classes, num_drawings, num_visible)`.

        Returns:
            Booleans of shape `(num_classes, num_drawings)`.
        """
        names = self.classes(drawn.reshape(-1, drawn.shape[-1])).reshape(drawn.shape[:2])
        return names == np.arange(len(drawn))[:, None]


def judge_of(images: Images) -> Judge:
    """Returns the trained classifier of the zoo for MNIST, else a support vector machine.

    That learns from 10,000 training rows, or all that there are.
    """
    if images.name in OF_THE_ZOO:
        name = OF_THE_ZOO[images.name]
        network = zoo.load(name)
        return Judge(name, lambda rows: network.predict(rows, verbose=0).argmax(axis=1))
    chosen = images.train.some(ROWS)
    rows, labels = (part[chosen] for part in images.train.arrays)
    machine = SVC(C=10).fit(rows.reshape(len(rows), -1), labels)
    return Judge("support vector machine", machine.predict)


def judged(images: Images, drawn: np.ndarray) -> dict[str, float | str | list[float]]:
    """Returns what a judge thinks that drawings show.

    Args:
        images: the data set, `kerasdeep.recipes.data.Images`.
        drawn: drawings by class, as of `Judge.named`.

    Returns:
        Dict with the shares of drawings named as asked, in all and by class, their number, the
        judge, and its own error on real test rows.
    """
    judge = judge_of(images)
    right = judge.named(drawn)
    return {
        "named_as_asked": float(right.mean()),
        "named_as_asked_by_class": right.mean(axis=1).tolist(),
        "num_drawings": right.size,
        "judge": judge.name,
        "judge_error": judge.error(images),
    }
