"""Stacks of layers as feed-forward networks of `Dense` layers that start from their weights."""

from typing import Any

import keras

from kerasdeep import backend
from kerasdeep.layers import Dropout


class Unrolled:
    """For a greedy stack that has `_input()`, a `keras.Input`, and, as `Dense` layers with copies

    of its weights, from the data up `_encoder(**kwargs)` and from the code down `_decoder()`.
    """

    def to_classifier(
        self,
        num_classes: int,
        input_dropout: float = 0.0,
        dropout: float = 0.0,
        max_norm: float | None = None,
        **kwargs: Any,
    ) -> keras.Sequential:
        """Unrolls the network into a feed-forward classifier that starts from its weights.

        Args:
            num_classes: number of classes, at least 2.
            input_dropout: fraction of the inputs to drop in training, from 0 to below 1. Default
                0.0.
            dropout: fraction of every hidden layer to drop in training, likewise. Default 0.0.
            max_norm: largest norm of the weights into one hidden unit. Default None: any.
            **kwargs: passed on to the softmax layer, `keras.layers.Dense`.

        Returns:
            A built, uncompiled `keras.Sequential` of `Dense` layers (and `kerasdeep.layers.Dropout`
            where asked for); its hidden layers pass means up as the stack does, its last one is a
            softmax over the classes.

        Raises:
            ValueError: for less than two classes, or an unbuilt network.

        Example:

        >>> classifier = dbn.to_classifier(num_classes=10)
        >>> classifier.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        """
        backend.check_built(self)
        check_num_classes(num_classes)
        constraint = None if max_norm is None else keras.constraints.MaxNorm(max_norm)
        layers = [self._input()]
        if input_dropout:
            layers.append(Dropout(input_dropout, name="dropout_input"))
        for index, dense in enumerate(self._encoder(kernel_constraint=constraint)):
            layers.append(dense)
            if dropout:
                layers.append(Dropout(dropout, name=f"dropout_{index + 1}"))
        layers.append(keras.layers.Dense(num_classes, "softmax", name="classes", **kwargs))
        return keras.Sequential(layers, name="classifier")

    def to_autoencoder(self) -> keras.Sequential:
        """Unrolls the network into an autoencoder that starts from its weights, untied.

        Returns:
            A built, uncompiled `keras.Sequential` of `Dense` layers: `encoder_1` up to the code,
            `decoder_1` from the code down.

        Reference: Hinton, Salakhutdinov (2006), Reducing the dimensionality of data with neural
        networks. Science 313.
        """
        backend.check_built(self)
        layers = [self._input(), *self._encoder(), *self._decoder()]
        return keras.Sequential(layers, name="autoencoder")


def check_num_classes(num_classes: int) -> None:
    """Raises a ValueError for less than two classes."""
    if backend.positive_integer(num_classes, "num_classes", "to_classifier") < 2:
        raise ValueError(
            "to_classifier expects num_classes to be at least 2. Received: num_classes=1. Two "
            "classes are two outputs; labels run from 0 to num_classes - 1."
        )
