"""Export for serving: SavedModel for TensorFlow Serving, ONNX, LiteRT. TensorFlow's alone.

What a model offers to its callers, its endpoints, is in `kerasdeep.serving.endpoints`.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import keras
import tensorflow as tf

from kerasdeep import backend
from kerasdeep.backend.files import written_whole
from kerasdeep.serving.endpoints import checked, endpoints_of, signature
from kerasdeep.serving.to_onnx import write_onnx
from kerasdeep.serving.warmup import write_warmup_requests

FORMATS = ("saved_model", "onnx", "litert")


def export(
    model: keras.Model,
    folder: str | Path,
    format: str = "saved_model",
    labels: Sequence[int] | None = None,
) -> Path:
    """Writes a model for programs that have neither kerasdeep nor Keras.

    | model | endpoints, the first being `serving_default` |
    |---|---|
    | `RBM` | `transform`, `reconstruct`, `free_energy`, `sample` |
    | `DBN` | `transform`, `reconstruct`, `sample` |
    | `DBM` | `transform`, `infer`, `reconstruct`, `free_energy`, `sample` |
    | `GenerativeDBN` | `transform`, `infer`, `reconstruct`, `sample` |
    | both with label units | also `sample_classes`, `classify` |
    | `SigmoidBeliefNetwork` | `transform`, `infer`, `reconstruct`, `sample` |
    | `Autoencoder`, `StackedAutoencoder` | `encode`, `reconstruct`, `decode` |
    | `VariationalAutoencoder` | also `sample` |
    | `GAN`, `WGAN` | `sample`, `generate` (of `noise`), `discriminate` |
    | with classes | also `sample_classes` |
    | `DeepStackingNetwork`, `StackingBlock` | `classify`: `scores` and `label` |
    | classifier (ends in a softmax) | `classify`: `probabilities` and `label` |
    | autoencoder (`DBN.to_autoencoder`) | `reconstruct`, `encode`, `decode` |
    | any other Keras model | `predict` |

    Inputs and outputs have names, any number of rows, and type float32. `sample` takes two int32
    scalars, `seed` and `steps`, and returns 16 samples after so many Gibbs steps: the same for the
    same seed (of models that draw without a Markov chain, `seed` alone). `sample_classes` takes
    `label` too, one int32 a sample. `infer` returns the means of every hidden layer, `layer_1`,
    `layer_2`, ...

    Args:
        model: a built Keras model.
        folder: where to write. Each export gets a folder of its own there, with the next whole
            number for a name, from 1; TensorFlow Serving serves the highest.
        format: `"saved_model"` with all endpoints and one warm-up request for each; or, the first
            endpoint alone that draws nothing, `"onnx"` (needs `tf2onnx`; an output that has the
            name of an input gets `_out` behind it) or `"litert"`. Default `"saved_model"`.
        labels: integers that a `label` is one of, in the order of its classes. Default
            None: 0, 1, 2, ...

    Returns:
        Path of the new version: a folder, or `model.onnx` or `model.tflite` in it.

    Raises:
        ValueError: for an unknown format, an unbuilt model, a package that is not installed, or
            operations that ONNX does not have.
        OSError: if the folder cannot be written; nothing is left there then.

    Example:

    >>> rbm.fit(x)
    >>> kerasdeep.export(rbm, "serving/rbm")
    PosixPath('serving/rbm/1')
    """
    if format not in FORMATS:
        raise ValueError(f"export expects a format: {', '.join(FORMATS)}. Received: {format!r}.")
    backend.check_built(model)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    number = 1 + max((int(p.name) for p in folder.iterdir() if p.name.isdecimal()), default=0)
    write = {"saved_model": _saved_model, "onnx": _onnx, "litert": _litert}[format]
    with written_whole(folder / str(number)) as unfinished:
        unfinished.mkdir()
        name = write(model, endpoints_of(model, labels), unfinished)
    return folder / str(number) / name


def _saved_model(model, endpoints, folder):
    _write_archive(model, endpoints, folder)
    write_warmup_requests(folder, endpoints)
    return ""


def _write_archive(model, endpoints, folder):
    archive = keras.export.ExportArchive()
    archive.track(model)
    for endpoint in endpoints:
        archive.add_endpoint(endpoint.name, checked(endpoint), input_signature=signature(endpoint))
    archive.write_out(str(folder), verbose=False)


def _onnx(model, endpoints, folder):
    write_onnx(_certain(endpoints), folder / "model.onnx")
    return "model.onnx"


def _certain(endpoints):
    """Returns the first endpoint that draws nothing."""
    drawing = [any(argument.name == "seed" for argument in one.arguments) for one in endpoints]
    return endpoints[drawing.index(False)]


def _litert(model, endpoints, folder):
    with tempfile.TemporaryDirectory() as scratch:
        _write_archive(model, [_certain(endpoints)], scratch)
        converter = tf.lite.TFLiteConverter.from_saved_model(
            scratch, signature_keys=["serving_default"]
        )
        (folder / "model.tflite").write_bytes(converter.convert())
    return "model.tflite"
