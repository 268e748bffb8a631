"""How a model ends."""

import keras

PLACES = (
    keras.layers.Cropping2D,
    keras.layers.Flatten,
    keras.layers.InputLayer,
    keras.layers.Reshape,
)


def last_of(model: keras.layers.Layer) -> keras.layers.Layer:
    """Returns the last layer of a model that changes values, and not their places alone."""
    layers = [one for one in getattr(model, "layers", []) if not isinstance(one, PLACES)]
    return last_of(layers[-1]) if layers else model


def check_linear_end(model: keras.layers.Layer, what: str, why: str) -> None:
    """Raises a ValueError for a model with an activation at its end.

    Args:
        model: layer or model; None for one that is not known yet.
        what: what is expected, such as "Autoencoder expects a decoder".
        why: what its outputs are.
    """
    activation = getattr(last_of(model), "activation", None)
    if activation not in (None, keras.activations.linear):
        raise ValueError(
            f"{what} without an activation at its end: {why}. Received: "
            f"{getattr(activation, '__name__', activation)}. Leave it out."
        )


def check_adds_nothing(model: keras.layers.Layer, owner: str) -> None:
    """Raises a ValueError for a network that adds to a loss what it was called on."""
    adding = [
        layer.name
        for layer in model._flatten_layers()
        if getattr(layer, "activity_regularizer", None)
    ]
    if adding:
        raise ValueError(
            f"{owner} expects networks without an activity_regularizer, of which its losses know "
            f"nothing. Received: that of {adding[0]}. Leave it out; regularizers of weights count."
        )
