"""A model that is saved, loaded, exported and asked again."""

import keras
import numpy as np

import kerasdeep
from kerasdeep.recipes.runs.job import Job
from kerasdeep.recipes.saved.files import load_model


def measure(job: Job, model: keras.Model) -> dict[str, bool]:
    """Saves, loads and exports a model; returns whether each answers test rows as it does."""
    rows, _ = job.images.test.arrays
    expected = model.predict(rows, verbose=0)
    job.run.save_model(model)
    loaded = load_model(job.run.folder)
    served = kerasdeep.export(loaded, job.run.folder / "serving")
    answers = keras.layers.TFSMLayer(served, call_endpoint="serving_default")(inputs=rows)
    return {
        "loaded_model_predicts_the_same": np.array_equal(loaded.predict(rows, verbose=0), expected),
        # Without Keras's loop over batches sums are in another order.
        "exported_model_answers_the_same": np.allclose(
            answers["probabilities"], expected, atol=1e-4
        ),
    }
