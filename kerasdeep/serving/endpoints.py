"""What an exported model can be asked: one function with named inputs and outputs for each."""

from collections.abc import Callable
from typing import NamedTuple

import keras
import tensorflow as tf
from keras import ops

from kerasdeep.backend.seeds import StepSeeds
from kerasdeep.models import (
    DBN,
    RBM,
    ClassificationRBM,
    ConvolutionalRBM,
    HopfieldNetwork,
    Perceptron,
)

NUM_SAMPLES = 16
OF_ONE_ANSWER = (ConvolutionalRBM, HopfieldNetwork, Perceptron)


class Endpoint(NamedTuple):
    """A signature of an exported model.

    Attributes:
        name: its name.
        function: from tensors to a dict of named float32 tensors (int32 for labels).
        signature: a `tf.TensorSpec` for each argument of the function, with its name.
    """

    name: str
    function: Callable
    signature: list


def endpoints_of(model):
    """Returns the endpoints of a built model; the first is the one it is usually asked."""
    if isinstance(model, RBM):
        return [*_mean_field(model), _free_energy(model), _sample([model])]
    if isinstance(model, DBN):
        return [*_mean_field(model), _sample(model.rbms)]
    if isinstance(model, ClassificationRBM):
        return [_classifier(model, _rows(model.num_visible, "inputs"))]
    if isinstance(model, OF_ONE_ANSWER):
        return [_only(model)]
    layers = getattr(model, "layers", [])
    if any(layer.name.startswith("decoder_") for layer in layers):
        return _autoencoder(model)
    if layers and getattr(layers[-1], "activation", None) is keras.activations.softmax:
        return [_classifier(model, _rows_of(model.inputs[0], "inputs"))]
    return [_predict(model)]


def _rows(width, name):
    return tf.TensorSpec((None, width), "float32", name=name)


def _mean_field(model):
    bottom = getattr(model, "rbms", [model])[0]
    signature = [_rows(bottom.kernel.shape[0], "visible")]

    def transform(visible):
        return {"hidden": ops.cast(model(visible), "float32")}

    def reconstruct(visible):
        return {"visible": model.reconstruct(visible)}

    return [
        Endpoint("transform", transform, signature),
        Endpoint("reconstruct", reconstruct, signature),
    ]


def _free_energy(rbm):
    def free_energy(visible):
        return {"free_energy": rbm.free_energy(visible)}

    return Endpoint("free_energy", free_energy, [_rows(rbm.kernel.shape[0], "visible")])


def _sample(rbms):
    """The chain of `RBM.sample` and `DBN.sample`, with random numbers of its own."""
    top = rbms[-1]

    def sample(seed, steps):
        def gibbs_step(step, hidden):
            seeds = StepSeeds(seed, step)
            visible = top.visible.sample(top.visible_field(hidden), seeds)
            return top.hidden.sample(top.hidden_field(visible), seeds)

        hidden = ops.zeros((NUM_SAMPLES, top.num_hidden))
        value = ops.fori_loop(0, steps - 1, gibbs_step, hidden)
        seeds = StepSeeds(seed, steps)
        for rbm in reversed(rbms):
            value = rbm.visible.sample(rbm.visible_field(value), seeds)
        return {"visible": value}

    scalars = [tf.TensorSpec((), "int32", name=name) for name in ("seed", "steps")]
    return Endpoint("sample", sample, scalars)


def _only(model):
    """What a model without further methods gives when it is called."""
    images = isinstance(model, ConvolutionalRBM)
    shape = (None, None, None, model.kernel.shape[2]) if images else (None, model.kernel.shape[0])

    def predict(inputs):
        return {"outputs": ops.cast(model(inputs), "float32")}

    return Endpoint("predict", predict, [tf.TensorSpec(shape, "float32", name="inputs")])


def _classifier(model, signature):
    def classify(inputs):
        probabilities = ops.cast(model(inputs), "float32")
        label = tf.argmax(probabilities, axis=-1, output_type="int32")  # that of Keras has no ONNX
        return {"probabilities": probabilities, "label": label}

    return Endpoint("classify", classify, [signature])


def _autoencoder(model):
    split = next(i for i, layer in enumerate(model.layers) if layer.name.startswith("decoder_"))
    code_size = model.layers[split - 1].output.shape[-1]
    signature = [_rows(model.inputs[0].shape[-1], "visible")]

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
        Endpoint("reconstruct", reconstruct, signature),
        Endpoint("encode", encode, signature),
        Endpoint("decode", decode, [_rows(code_size, "code")]),
    ]


def _predict(model):
    specs = [_rows_of(tensor, tensor.name) for tensor in model.inputs]

    def predict(*values):
        outputs = model(list(values) if len(values) > 1 else values[0])
        names = [name.split("/")[0] for name in model.output_names]
        flat = keras.tree.flatten(outputs)
        return {name: ops.cast(value, "float32") for name, value in zip(names, flat, strict=True)}

    return Endpoint("predict", predict, specs)


def _rows_of(tensor, name):
    return tf.TensorSpec((None, *tensor.shape[1:]), "float32", name=name)
