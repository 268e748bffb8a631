"""Networks that differ in how they start, to see what pretraining brings.

Reference: Erhan, Bengio, Courville, Manzagol, Vincent, Bengio (2010), Why does unsupervised
pre-training help deep learning? JMLR 11.
"""

from typing import TYPE_CHECKING

from kerasdeep.zoo.deep.dbn_dnn import PretrainedNetwork

if TYPE_CHECKING:
    import keras
    import numpy as np

    from kerasdeep.models import DBN

NUM_HIDDEN = 500
DEPTHS = (1, 2, 3, 4)
# Uniform within 1 / sqrt(fan-in), as before 2010; and He's weights, with rectified linear units.
RANDOM_STARTS = {
    "classic": ("sigmoid", {"scale": 1 / 3, "mode": "fan_in", "distribution": "uniform"}),
    "today": ("relu", {"scale": 2, "mode": "fan_in", "distribution": "truncated_normal"}),
}
STARTS = ("pretrained", *RANDOM_STARTS)


def build(rows: "np.ndarray", total_steps: int, seed: int | None = None) -> "DBN":
    """Returns a compiled DBN of the largest depth; arguments as of `PretrainedNetwork.build`."""
    return PretrainedNetwork(num_hidden=(NUM_HIDDEN,) * max(DEPTHS)).build(rows, total_steps, seed)


def build_classifier(
    start: str, depth: int, dbn: "DBN", num_classes: int, rate: float, total_steps: int
) -> "keras.Model":
    """Returns a compiled classifier as it is before it sees a label.

    Args:
        start: `"pretrained"`, with sigmoid units and the weights of the DBN's lowest layers;
            `"classic"`, with sigmoid units and random weights; or `"today"`, with rectified linear
            units and random weights.
        depth: number of hidden layers, from 1 to 4.
        dbn: a trained DBN that `build` made.
        num_classes: number of classes.
        rate: initial learning rate.
        total_steps: number of updates until the rate is zero.
    """
    import keras

    from kerasdeep.models import DBN

    (num_visible,) = dbn.row_shape
    if start == "pretrained":
        lower = DBN(dbn.rbms[:depth])
        lower.build((None, num_visible))
        classifier = lower.to_classifier(num_classes)
    else:
        activation, scaling = RANDOM_STARTS[start]
        layers = [keras.Input((num_visible,))]
        for width in [NUM_HIDDEN] * depth:
            initializer = keras.initializers.VarianceScaling(**scaling)
            layers.append(keras.layers.Dense(width, activation, kernel_initializer=initializer))
        layers.append(keras.layers.Dense(num_classes, "softmax"))
        classifier = keras.Sequential(layers)
    schedule = keras.optimizers.schedules.CosineDecay(rate, total_steps)
    classifier.compile(
        keras.optimizers.SGD(schedule, momentum=0.9),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=20,
    )
    return classifier
