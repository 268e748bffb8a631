"""DBN-DNN, 784-500-500-2000-10: greedy pretraining, unrolled, fine-tuned by backpropagation."""

import math

import keras

from kerasdeep.models import DBN, RBM
from kerasdeep.zoo.entry import Entry

WIDTHS = [500, 500, 2000]
PRETRAINING_EPOCHS = 20  # of each layer


def build(rows, total_steps, seed=None, widths=WIDTHS):
    """Returns a compiled DBN; `total_steps` counts the updates of one layer.

    The initial weights are large enough for the units to differ from the start: with fields of
    standard deviation 1 over the data for the first layer, 0.1 above, as Hinton and Salakhutdinov's
    own code has everywhere.
    """
    if not rows.var(axis=0).any():
        raise ValueError("Expected images that differ from each other. Received: all alike.")
    scales = [1 / math.sqrt(rows.var(axis=0).sum())] + [0.1] * (len(widths) - 1)
    layers = [
        RBM(
            num_hidden,
            kernel_initializer=keras.initializers.RandomNormal(
                stddev=scale, seed=None if seed is None else seed + index
            ),
            seed=None if seed is None else seed + index,
            name=f"rbm_{index + 1}",
        )
        for index, (num_hidden, scale) in enumerate(zip(widths, scales, strict=True))
    ]
    dbn = DBN(layers, mean_field=False)
    rate = keras.optimizers.schedules.PolynomialDecay(0.05, total_steps, end_learning_rate=0.0)
    dbn.compile(keras.optimizers.SGD(rate, momentum=0.5), "cd")
    return dbn


def to_classifier(dbn, num_classes):
    """Unrolls a pretrained DBN for fine-tuning, with dropout."""
    return dbn.to_classifier(num_classes, input_dropout=0.2, dropout=0.2)


def compile_classifier(classifier, total_steps):
    """Compiles the unrolled network for fine-tuning, or its twin with random weights."""
    rate = keras.optimizers.schedules.CosineDecay(2e-3, total_steps)
    classifier.compile(
        keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return classifier


ENTRY = Entry(
    name="dbn-dnn",
    summary="Deep belief network 500-500-2000, fine-tuned as a classifier",
    citation="Hinton, Salakhutdinov (2006), Reducing the dimensionality of data; Hinton, MSR 2010",
    metric="MNIST test error, %",
    published="1.2 (Science 2006, second-hand); 1.15 (MSR 2010 talk, checked)",
    ours="1.08 +- 0.03 (3 seeds, 21 min each on one core); random weights, as long, 1.18",
    build=build,
    epochs=80,
    batch_size=100,
)
