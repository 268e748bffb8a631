"""Classifiers that learn from few labels, two of them by what the images alone tell.

Reference: Larochelle, Bengio (2008), Classification using discriminative restricted Boltzmann
machines, section 6.
"""

import keras

from kerasdeep.models import ClassificationRBM

NUM_HIDDEN = 1500
INPUT_DROPOUT, DROPOUT = 0.2, 0.5
# What is chosen for each learner: the rate of a network, the weight of an RBM's generative term.
CHOICES = {
    "network": (1e-3, 3e-3),
    "hybrid": (0.01, 0.1, 1.0),
    "semi-supervised": (0.01, 0.1, 1.0),
}
RBM_RATE = 0.03


def build(learner, choice, num_visible, num_classes, total_steps, seed):
    """Returns a compiled classifier with one layer of 1,500 hidden units and dropout.

    Args:
        learner: `"network"`, rectified linear units; `"hybrid"`, a classification RBM; or
            `"semi-supervised"`, one that is also given rows without a label.
        choice: one of `CHOICES[learner]`.
        num_visible: width of the rows.
        num_classes: number of classes.
        total_steps: number of updates until the learning rate is zero.
        seed: integer seed.
    """
    rate = choice if learner == "network" else RBM_RATE
    schedule = keras.optimizers.schedules.CosineDecay(rate, total_steps)
    if learner == "network":
        model = keras.Sequential(
            [
                keras.Input((num_visible,)),
                keras.layers.Dropout(INPUT_DROPOUT),
                keras.layers.Dense(NUM_HIDDEN, "relu", kernel_initializer="he_normal"),
                keras.layers.Dropout(DROPOUT),
                keras.layers.Dense(num_classes, "softmax"),
            ]
        )
        model.compile(
            keras.optimizers.Adam(schedule),
            "sparse_categorical_crossentropy",
            metrics=["accuracy"],
            steps_per_execution=20,
        )
        return model
    model = ClassificationRBM(
        NUM_HIDDEN,
        num_classes,
        generative=choice,
        unlabelled=choice if learner == "semi-supervised" else 0.0,
        dropout=DROPOUT,
        input_dropout=INPUT_DROPOUT,
        seed=seed,
    )
    model.build((None, num_visible))
    # Adam would make steps as large where there is but the noise of sampling.
    model.compile(keras.optimizers.SGD(schedule, momentum=0.9), "cd")
    return model
