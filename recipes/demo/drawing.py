"""Digits on request, and a judge of them."""

import numpy as np
from keras import ops
from sklearn.svm import SVC

from kerasdeep.models import ClassificationRBM
from kerasdeep.recipes.data import Images

DRAWN = 50  # of each digit
STEPS = 300


def draw(model: ClassificationRBM, num_classes: int) -> np.ndarray:
    """Draws digits by Gibbs sampling with the label held, and smooths them by one step of means.

    Args:
        model: a `ClassificationRBM`.
        num_classes: number of classes.

    Returns:
        Array of shape `(num_classes, 50, num_visible)`, values in [0, 1].
    """
    labels = np.repeat(np.arange(num_classes), DRAWN)
    values = model.sample(labels, STEPS, mean=False)
    seen = ops.concatenate([values, ops.one_hot(labels, num_classes)], axis=1)
    means = np.asarray(model.joint.reconstruct(seen))[:, : model.num_visible]
    return means.reshape(num_classes, DRAWN, -1)


def judge_of(images: Images) -> SVC:
    """Returns a support vector machine that knows real training rows, and no drawing."""
    return SVC(C=10).fit(*images.train.arrays)


def named(judge: SVC, drawn: np.ndarray) -> np.ndarray:
    """Returns whether a judge names drawings as asked, shape `(num_classes, num_drawings)`."""
    names = judge.predict(drawn.reshape(-1, drawn.shape[-1])).reshape(drawn.shape[:2])
    return names == np.arange(len(drawn))[:, None]


def judged(images: Images, drawn: np.ndarray) -> dict[str, float | list[float]]:
    """Returns what a judge thinks that the drawings show.

    Args:
        images: `kerasdeep.recipes.data.Images`.
        drawn: drawings by class, shape `(num_classes, num_drawings, num_visible)`.

    Returns:
        Dict with the shares of drawings named as asked, in all and by class, their number, and the
        judge's own error on real test rows.
    """
    judge = judge_of(images)
    right = named(judge, drawn)
    return {
        "named_as_asked": right.mean(),
        "named_as_asked_by_class": right.mean(axis=1).tolist(),
        "num_drawings": right.size,
        "judge_error": 1 - judge.score(*images.test.arrays),
    }
