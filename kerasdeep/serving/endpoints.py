"""What an exported model can be asked: what it says itself, or what its layers tell. TensorFlow's.

Models of this package have a method `endpoints`; of plain Keras models, classifiers and
autoencoders are known by their layers.
"""

from collections.abc import Callable, Sequence

import keras
import tensorflow as tf
from keras import ops

from kerasdeep.backend.types import Tensor
from kerasdeep.layers import TestTimeAugmentation
from kerasdeep.models import Bagging
from kerasdeep.training.endpoints import Argument, Endpoint, classify, rows
from kerasdeep.training.model import TrainedModel


def endpoints_of(model: keras.Model, labels: Sequence[int] | None = None) -> list[Endpoint]:
    """Returns the endpoints of a built model; the first is the one it is usually asked."""
    endpoints = model.endpoints() if isinstance(model, TrainedModel) else _by_layers(model)
    if labels is None:
        return endpoints
    named = {"classify": _labelled, "sample_classes": _of_labels}
    return [named[one.name](one, labels) if one.name in named else one for one in endpoints]


def _by_layers(model):
    layers = getattr(model, "layers", [])
    if any(layer.name.startswith("decoder_") for layer in layers):
        return _autoencoder(model)
    if _names_classes(model):
        return [classify(model, rows("inputs", model.inputs[0].shape[1:]))]
    return [_predict(model)]


def _names_classes(layer):
    """Whether a layer, or what it holds, ends in a softmax."""
    if isinstance(layer, Bagging):
        return all(map(_names_classes, layer.members))
    if isinstance(layer, TestTimeAugmentation):
        return _names_classes(layer.layer)
    layers = getattr(layer, "layers", [])
    if layers:
        return _names_classes(layers[-1])
    return getattr(layer, "activation", None) is keras.activations.softmax


def _labelled(endpoint, labels):
    dtype = "int32" if max(labels) < 2**31 else "int64"

    def function(inputs):
        answers = endpoint.function(inputs)
        label = ops.take(ops.convert_to_tensor(labels, dtype), answers["label"])
        return {**answers, "label": label}

    return endpoint._replace(function=function)


def _of_labels(endpoint, labels):
    first, *others = endpoint.arguments
    known = ops.convert_to_tensor(labels, "int32")

    def function(label, *values):
        same = ops.equal(label[:, None], known)
        message = f"label is expected to be one of {list(labels)}"
        tf.debugging.assert_equal(ops.any(same, axis=1), True, message)
        return endpoint.function(ops.argmax(same, axis=1), *values)

    arguments = [first._replace(lowest=None, highest=None), *others]
    return Endpoint(endpoint.name, function, arguments)


def signature(endpoint: Endpoint) -> list[tf.TensorSpec]:
    """Returns a `tf.TensorSpec` for each argument of an endpoint."""
    return [tf.TensorSpec(one.shape, one.dtype, one.name) for one in endpoint.arguments]


def checked(endpoint: Endpoint) -> Callable[..., dict[str, Tensor]]:
    """Returns the function of an endpoint, which answers what it does not expect by an error.

    What a signature says of shapes is not looked at by all who run a graph, and some kernels end
    their process.
    """

    def function(*values):
        pairs = zip(values, endpoint.arguments, strict=True)
        return endpoint.function(*(_checked(value, argument) for value, argument in pairs))

    return function


def _checked(value, argument):
    if argument.lowest is not None:
        message = f"{argument.name} is expected to be at least {argument.lowest}"
        tf.debugging.assert_greater_equal(value, argument.lowest, message)
    if argument.highest is not None:
        message = f"{argument.name} is expected to be at most {argument.highest}"
        tf.debugging.assert_less_equal(value, argument.highest, message)
    return tf.ensure_shape(value, argument.shape)


def _autoencoder(model):
    split = next(i for i, layer in enumerate(model.layers) if layer.name.startswith("decoder_"))
    visible = rows("visible", model.inputs[0].shape[1:])
    code = rows("code", model.layers[split - 1].output.shape[1:])

    def through(layers, values):
        for layer in layers:
            values = layer(values)
        return ops.cast(values, "float32")

    def reconstruct(visible):
        return {"visible": through(model.layers, visible)}

    def encode(visible):
        return {"code": through(model.layers[:split], visible)}

    def decode(code):
        return {"visible": through(model.layers[split:], code)}

    return [
        Endpoint("reconstruct", reconstruct, [visible]),
        Endpoint("encode", encode, [visible]),
        Endpoint("decode", decode, [code]),
    ]


def _predict(model):
    # A Sequential names none.
    outputs_of = getattr(model, "output_names", [model.layers[-1].name])

    def predict(*values):
        outputs = model(list(values) if len(values) > 1 else values[0])
        names = [name.split("/")[0] for name in outputs_of]
        flat = keras.tree.flatten(outputs)
        return {name: ops.cast(value, "float32") for name, value in zip(names, flat, strict=True)}

    arguments = [Argument(tensor.name, (None, *tensor.shape[1:])) for tensor in model.inputs]
    return Endpoint("predict", predict, arguments)
