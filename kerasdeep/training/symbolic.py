"""What a network gives for data of a shape, found without data."""

import keras


def output_shape(
    network: keras.layers.Layer, shape: tuple[int | None, ...], owner: str
) -> tuple[int | None, ...]:
    """Returns the shape of a network's output; builds the network, if it is not built.

    By a call without data: subclassed models are not built by their shape alone.

    Args:
        network: Keras layer or model.
        shape: that of its input, with the batch.
        owner: name of the class that has the network, for errors.

    Raises:
        ValueError: for a network with several outputs.
    """
    inputs = keras.KerasTensor(shape, dtype="float32")
    built = all(layer.built for layer in network._flatten_layers())
    output = network.compute_output_spec(inputs) if built else network(inputs)
    if not isinstance(output, keras.KerasTensor):
        raise ValueError(
            f"{owner} expects networks with one output. Received: {network.name!r} with "
            f"{len(output)}. Join them with keras.layers.Concatenate."
        )
    return tuple(output.shape)
