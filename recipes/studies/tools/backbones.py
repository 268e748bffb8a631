"""Features of networks that others trained: saved files, and the models of keras.applications."""

import difflib
import importlib
import re
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import keras

from kerasdeep.backend.types import Tensor
from kerasdeep.recipes.runs.answers import without_views
from kerasdeep.recipes.saved.files import load_model, of_the_zoo
from kerasdeep.recipes.studies.tools.transferred import fitting, unchanged

LARGEST_PIXEL = 255
RANDOM = "random"


class Backbone(NamedTuple):
    """Features, and what has to be done to images before.

    Attributes:
        features: built model from images to features of shape `(batch, num_features)`.
        prepare: function from images in [0, 1] to what it expects. Default `unchanged`.
    """

    features: keras.Model
    prepare: Callable[[Tensor], Tensor] = unchanged


def read(
    name: str, weights: str | None, image_size: int | None, image_shape: Sequence[int]
) -> Backbone:
    """Returns the features of a network that exists.

    Args:
        name: a model of keras.applications, or what `load_model` takes.
        weights: of keras.applications: `"imagenet"`, `"random"`, or the path of a file with weights
            without those of the answers. None: `"imagenet"`.
        image_size: of keras.applications: height and width to resize images to. None: those that
            they have, or the least that the model takes.
        image_shape: shape of the images that it will see.

    Raises:
        ValueError: for an unknown name, a model that is no classifier, weights that are not at
            hand, or images that do not fit.
    """
    known = applications()
    if name in known:
        backbone = _of_application(name, weights or "imagenet", image_size, image_shape)
    elif weights or image_size:
        raise ValueError(
            "--weights and --image-size are for a --backbone of keras.applications. Received: "
            f"{name!r}, which comes with its own. Leave them out."
        )
    elif Path(name).exists() or Path(name).suffix or of_the_zoo(name):
        backbone = Backbone(features_of(load_model(name), name))
    else:
        close = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
        hint = f"Did you mean {' or '.join(close)}?" if close else f"There are {', '.join(known)}."
        raise ValueError(
            "--backbone expects a model of keras.applications, a .keras file or a name of the zoo. "
            f"Received: {name!r}. {hint}"
        )
    fitting(image_shape, backbone.features.input_shape[1:])
    return backbone


def applications() -> list[str]:
    """Returns the names of the models of keras.applications."""
    return [name for name, found in vars(keras.applications).items() if callable(found)]


def features_of(network: keras.Model, name: str) -> keras.Model:
    """Returns a classifier without its layer of answers; both have the same weights.

    Of a `keras.Sequential`, layers that draw random numbers are left out too: augmentation, dropout
    and noise act in training alone, and would then for random weights alone.

    Args:
        network: a built classifier, its last layer with weights a `Dense`.
        name: what to call it in an error.

    Raises:
        ValueError: for anything else.
    """
    network = without_views(network)
    layers = [layer for layer in network.layers if layer.weights]
    if len(layers) > 1 and isinstance(layers[-1], keras.layers.Dense):
        below = network.layers[: network.layers.index(layers[-1])]
        try:
            if isinstance(network, keras.Sequential):
                inputs = keras.Input(network.input_shape[1:])
                kept = [layer for layer in below if not hasattr(layer, "seed_generator")]
                features = keras.Sequential([inputs, *kept])
            else:
                (inputs,) = network.inputs
                features = keras.Model(inputs, layers[-1].input)
            if len(features.output_shape) == 2:
                return features
        except (AttributeError, ValueError):
            pass  # a subclass of keras.Model, of which Keras does not know what follows what
    raise ValueError(
        "Expected a classifier, a keras.Sequential or functional model of several layers that ends "
        f"in a Dense layer. Received: {name}, a {type(network).__name__}. Choose another "
        "--backbone."
    )


def _of_application(name, weights, image_size, image_shape):
    """Returns a model of keras.applications that averages over places in the end."""
    build = getattr(keras.applications, name)
    least = _least_size(build)
    size = [image_size] * 2 if image_size else [max(side, least) for side in image_shape[:2]]
    if min(size) < least:
        raise ValueError(
            f"{name} expects images of at least {least} x {least}. Received: --image-size "
            f"{image_size}. Leave it out, or choose a larger one."
        )
    if weights not in ("imagenet", RANDOM) and not Path(weights).is_file():
        raise ValueError(
            f"--weights expects imagenet, {RANDOM} or a file. Received: {weights!r}, which does "
            "not exist."
        )
    try:
        with warnings.catch_warnings(action="ignore"):  # that 224 x 224 is usual
            features = build(
                include_top=False,
                weights=None if weights == RANDOM else weights,
                input_shape=(*size, 3),
                pooling="avg",
            )
    except Exception as error:  # Keras raises errors of many kinds, a plain Exception among them
        could = "be fetched" if weights == "imagenet" else "be read"
        reason = str(error).strip().partition("\n")[0][:200]
        raise ValueError(
            f"Expected the weights {weights!r} of {name}, which could not {could} ({reason}). Pass "
            f"--weights FILE with weights that you have, or --weights {RANDOM}."
        ) from None
    preprocess = importlib.import_module(build.__module__).preprocess_input
    return Backbone(features, lambda images: preprocess(LARGEST_PIXEL * images))


def _least_size(build):
    try:
        build(include_top=False, weights=None, input_shape=(1, 1, 3))
    except ValueError as error:  # which tells what it takes, as nothing else does
        return int(re.search(r"at least (\d+)x", str(error))[1])
    return 1
