"""A classifier to take apart."""

import keras

from kerasdeep.layers import Dropout


def network():
    """Returns a classifier of 6 x 6 images: four layers with weights below its answers."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            layers.Conv2D(3, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.Conv2D(4, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.Flatten(),
            Dropout(0.5),
            layers.Dense(7, "softmax"),
        ]
    )
