"""Trained weights that come with the package, small: rounded to float16."""

import json
from pathlib import Path

import keras
import numpy as np

import kerasdeep

FOLDER = Path(__file__).parent / "trained"


def write(model: keras.Model, file: Path) -> None:
    """Writes a model's configuration and its weights, rounded to float16.

    A weight keeps 11 of its 24 binary digits, a relative error of at most 0.05 %. What a training
    alone needs, as the state of the optimizer and persistent chains, is left out.

    Args:
        model: a built model.
        file: path of the `.npz` file to write.
    """
    config = json.dumps(keras.saving.serialize_keras_object(model))
    weights = {f"weight_{i}": np.array(w, "float16") for i, w in enumerate(model.weights)}
    np.savez_compressed(file, config=config, **weights)


def read(file: Path) -> keras.Model:
    """Returns the model that `write` wrote, compiled as it was, its weights in float32 again."""
    kerasdeep.import_library()
    with np.load(file) as content:
        model = keras.saving.deserialize_keras_object(json.loads(str(content["config"])))
        for i, weight in enumerate(model.weights):
            weight.assign(content[f"weight_{i}"].astype("float32"))
    return model
