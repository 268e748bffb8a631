"""Classifiers that learn from few labels, three of them also by what the images alone tell.

References: Larochelle, Bengio (2008), Classification using discriminative restricted Boltzmann
machines, section 6. Salakhutdinov, Hinton (2009), Deep Boltzmann machines.
"""

from typing import TYPE_CHECKING, NamedTuple

from kerasdeep.zoo.deep.dbm import DeepBoltzmannMachine

if TYPE_CHECKING:
    import keras

    from kerasdeep.models import DBM

NUM_HIDDEN = 1500
INPUT_DROPOUT, DROPOUT = 0.2, 0.5
# What can be chosen for each learner: the rate of a network; optimizer, its rate and the weight of
# the generative term of an RBM. With Adam, the noise of sampling makes as large steps as a label.
OF_NETWORKS = {"rate 0.001": 0.001, "rate 0.003": 0.003}
OF_RBMS = {"generative": ("sgd", 0.03, 1.0), "discriminative": ("adam", 0.003, 0.01)}


class Walks(NamedTuple):
    """Rows to which chains of a machine come from labelled ones.

    Attributes:
        share: their share of a batch.
        steps: Gibbs steps of the chains.
    """

    share: float
    steps: int


NUM_WALKS = 40_000
OF_DBMS = {
    "no walks": None,
    "walks of 2 steps": Walks(0.3, 2),
    "walks of 10 steps": Walks(0.8, 10),
    "walks of 40 steps": Walks(0.8, 40),
}
CHOICES = {
    "network": OF_NETWORKS,
    "hybrid": OF_RBMS,
    "semi-supervised": OF_RBMS,
    "dbm": OF_DBMS,
}
# It learns from all images before, and from no label.
MACHINE = DeepBoltzmannMachine(label_units=0, learning_rate=0.2, upper_rate=0.03, restart=0.0)
RATE, UNROLLED_DROPOUT = 0.01, 0.3


def unrolled(dbm: "DBM", num_classes: int, total_steps: int) -> "keras.Model":
    """Returns a deep Boltzmann machine as a compiled network with dropout.

    Args:
        dbm: a trained machine.
        num_classes: number of classes.
        total_steps: number of updates until the learning rate is zero.
    """
    import keras

    network = dbm.to_classifier(num_classes, INPUT_DROPOUT, UNROLLED_DROPOUT, beside=False)
    network.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(RATE, total_steps)),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=20,
    )
    return network


def build(
    learner: str, choice: str, num_visible: int, num_classes: int, total_steps: int, seed: int
) -> "keras.Model":
    """Returns a compiled classifier with one layer of 1,500 hidden units and dropout.

    Args:
        learner: `"network"`, rectified linear units; `"hybrid"`, a classification RBM; or
            `"semi-supervised"`, one that is also given rows without a label.
        choice: a key of `CHOICES[learner]`.
        num_visible: width of the rows.
        num_classes: number of classes.
        total_steps: number of updates until the learning rate is zero.
        seed: integer seed.
    """
    import keras

    from kerasdeep.models import ClassificationRBM

    if learner == "network":
        schedule = keras.optimizers.schedules.CosineDecay(OF_NETWORKS[choice], total_steps)
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
    kind, rate, weight = OF_RBMS[choice]
    schedule = keras.optimizers.schedules.CosineDecay(rate, total_steps)
    model = ClassificationRBM(
        NUM_HIDDEN,
        num_classes,
        generative=weight,
        unlabelled=weight if learner == "semi-supervised" else 0.0,
        dropout=DROPOUT,
        input_dropout=INPUT_DROPOUT,
        seed=seed,
    )
    with_momentum = keras.optimizers.SGD(schedule, momentum=0.9)
    model.compile(with_momentum if kind == "sgd" else keras.optimizers.Adam(schedule), "cd")
    return model
