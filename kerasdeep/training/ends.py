"""How a network ends."""

import math

import keras

PLACES = (
    keras.layers.Cropping2D,
    keras.layers.Flatten,
    keras.layers.InputLayer,
    keras.layers.Reshape,
)
# Of operations and layers that are one, such as keras.ops.sigmoid and keras.layers.ReLU.
ACTIVATIONS = {name.replace("_", ""): name for name in dir(keras.activations) if name.islower()}

# What activations can give; others, any number.
VALUES = {
    "hard_sigmoid": (0.0, 1.0),
    "hard_tanh": (-1.0, 1.0),
    "relu": (0.0, math.inf),
    "relu6": (0.0, 6.0),
    "sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "softplus": (0.0, math.inf),
    "softsign": (-1.0, 1.0),
    "tanh": (-1.0, 1.0),
}


def last_of(network: keras.layers.Layer) -> keras.layers.Layer:
    """Returns the last layer or operation of a network that changes values, not their places alone.

    Of a subclassed model, of which its `call` alone knows the order, the model itself.
    """
    if isinstance(network, keras.layers.Wrapper):
        return last_of(network.layer)
    if isinstance(network, keras.Sequential):
        layers = [one for one in network.layers if not isinstance(one, PLACES)]
        return last_of(layers[-1]) if layers else network
    outputs = getattr(network, "outputs", None)
    if not outputs:
        return network
    operation, node, _ = outputs[0]._keras_history
    while isinstance(operation, PLACES) and operation._inbound_nodes[node].input_tensors:
        operation, node, _ = operation._inbound_nodes[node].input_tensors[0]._keras_history
    return last_of(operation)


def activation_of(network: keras.layers.Layer) -> str | None:
    """Returns the name of the activation at a network's end, None without one, or if unknown."""
    last = last_of(network)
    activation = getattr(last, "activation", None)
    if activation in (None, keras.activations.linear):
        return ACTIVATIONS.get(type(last).__name__.lower())
    return getattr(activation, "__name__", str(activation))


def values_at_end(network: keras.layers.Layer) -> tuple[float, float]:
    """Returns the least and the greatest value that a network's last activation can give."""
    slopes = getattr(last_of(network), "negative_slope", 0)  # of a keras.layers.ReLU
    return VALUES.get(None if slopes else activation_of(network), (-math.inf, math.inf))


def check_linear_end(network: keras.layers.Layer, what: str, why: str) -> None:
    """Raises a ValueError for a network with an activation at its end.

    Args:
        network: layer or model; None for one that is not known yet.
        what: what is expected, such as "Autoencoder expects a decoder".
        why: what its outputs are.
    """
    if (activation := activation_of(network)) is not None:
        raise ValueError(
            f"{what} without an activation at its end: {why}. Received: {activation}. Leave it out."
        )


def check_adds_nothing(network: keras.layers.Layer, owner: str) -> None:
    """Raises a ValueError for a network that adds to a loss what it was called on."""
    adding = [
        layer.name
        for layer in network._flatten_layers()
        if getattr(layer, "activity_regularizer", None)
    ]
    if adding:
        raise ValueError(
            f"{owner} expects networks without an activity_regularizer, of which its losses know "
            f"nothing. Received: that of {adding[0]}. Leave it out; regularizers of weights count."
        )
