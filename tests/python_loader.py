"""Runs signatures of SavedModels by `tf.saved_model.load`, where kerasdeep and keras are not.

Every line of stdin is a SavedModel, a signature, REQUEST.npz with its inputs and RESPONSE.npz for
its outputs, apart by tabs; every line of stdout tells that one was answered.
"""

import sys

sys.modules["kerasdeep"] = sys.modules["keras"] = None  # importing either is now an error
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

for line in sys.stdin:
    folder, signature, request, response = line.rstrip("\n").split("\t")
    function = tf.saved_model.load(folder).signatures[signature]
    with np.load(request) as arrays:
        outputs = function(**{name: tf.constant(value) for name, value in arrays.items()})
    np.savez(response, **{name: value.numpy() for name, value in outputs.items()})
    print("answered", flush=True)
